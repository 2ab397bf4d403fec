package dev.tributary.simulations.bench.secagg;

import dev.tributary.security.agreement.CipherSuite;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The word of a suite on the command line. */
final class SuiteConverter implements ITypeConverter<CipherSuite> {

  @Override
  public CipherSuite convert(String word) {
    return switch (word) {
      case "classic" -> CipherSuite.CLASSIC;
      case "hybrid" -> CipherSuite.HYBRID;
      default ->
          throw new TypeConversionException("expected classic or hybrid, found '" + word + "'");
    };
  }
}
