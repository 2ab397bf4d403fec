package dev.tributary.aggregation.mask;

import dev.tributary.aggregation.quantize.QuantizationParameters;
import java.util.Arrays;

/**
 * One device's contribution as it travels: packed residues mod 2^ringBits. Exactly the body of an
 * upload.
 *
 * <p>Ownership: {@code packed} is not copied and must not be written to.
 *
 * @param parameters of the round
 * @param packed byte[parameters.packedBytes()], in the bit order of {@link PackedSource}
 */
public record MaskedUpdate(QuantizationParameters parameters, byte[] packed) {

  public MaskedUpdate {
    if (packed.length != parameters.packedBytes()) {
      throw new IllegalArgumentException(
          "packed update: expected " + parameters.packedBytes() + " bytes, got " + packed.length);
    }
  }

  /** The bytes as a source that an accumulator can add. */
  public PackedSource source() {
    return PackedSource.of(packed);
  }

  /** Equal in content. */
  @Override
  public boolean equals(Object other) {
    return other instanceof MaskedUpdate that
        && parameters.equals(that.parameters)
        && Arrays.equals(packed, that.packed);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(packed);
  }

  /** Never the update itself. */
  @Override
  public String toString() {
    return "MaskedUpdate[" + packed.length + " bytes, redacted]";
  }
}
