package dev.tributary.simulations.cli;

import java.util.Objects;
import picocli.CommandLine.IVersionProvider;

/** The version line, read from the manifest of the jar that is running. */
final class VersionFromManifest implements IVersionProvider {

  @Override
  public String[] getVersion() {
    String version = VersionFromManifest.class.getPackage().getImplementationVersion();
    return new String[] {"tributary " + Objects.requireNonNullElse(version, "(not packaged)")};
  }
}
