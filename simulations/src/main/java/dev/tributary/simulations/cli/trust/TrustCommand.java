package dev.tributary.simulations.cli.trust;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code trust}: the keys that devices believe, and the root that names them. */
@Command(
    name = "trust",
    description = {
      "Makes the keys and the root that devices verify models with; needs no coordinator.",
      "docs/publishing.md goes through the ceremony step by step."
    },
    mixinStandardHelpOptions = true,
    subcommands = {KeyCommands.class, RootCommands.class})
public final class TrustCommand implements Runnable {

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "trust: say key or root");
  }
}
