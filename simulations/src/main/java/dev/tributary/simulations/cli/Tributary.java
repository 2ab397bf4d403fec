package dev.tributary.simulations.cli;

import dev.tributary.simulations.cli.device.DeviceCommand;
import dev.tributary.simulations.cli.operator.AdmissionCommands.PopulationCommand;
import dev.tributary.simulations.cli.operator.AdmissionCommands.TokenCommand;
import dev.tributary.simulations.cli.operator.BackupCommand;
import dev.tributary.simulations.cli.operator.CoordinatorCommand;
import dev.tributary.simulations.cli.operator.RoundCommand;
import dev.tributary.simulations.cli.operator.TaskCommand;
import dev.tributary.simulations.cli.publish.ChannelCommand;
import dev.tributary.simulations.cli.publish.ModelCommand;
import dev.tributary.simulations.cli.trust.TrustCommand;
import java.io.PrintStream;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * The root of the command line. Alone it prints its usage; every piece of work is a subcommand.
 *
 * <p>Exit codes: 0 done; 1 the work failed; 2 wrong usage or configuration; 3 the coordinator
 * cannot be reached; 4 refused.
 */
@Command(
    name = "tributary",
    description = "Federated learning for the JVM.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionFromManifest.class,
    subcommands = {
      DemoCommand.class,
      SimulateCommand.class,
      CoordinatorCommand.class,
      BackupCommand.class,
      DeviceCommand.class,
      PopulationCommand.class,
      TokenCommand.class,
      TaskCommand.class,
      RoundCommand.class,
      ModelCommand.class,
      ChannelCommand.class,
      TrustCommand.class,
      BenchCommand.class
    })
public final class Tributary implements Runnable {

  @Spec private CommandSpec spec;

  private Tributary() {}

  public static void main(String[] arguments) {
    System.exit(run(arguments, writerOn(System.out), writerOn(System.err)));
  }

  /** Runs one command line and returns its exit code. The writers stay open. */
  static int run(String[] arguments, PrintWriter out, PrintWriter err) {
    return new CommandLine(new Tributary())
        .setOut(out)
        .setErr(err)
        .setExecutionExceptionHandler(new Failures())
        .execute(arguments);
  }

  private static PrintWriter writerOn(PrintStream stream) {
    return new PrintWriter(stream, true, stream.charset());
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }
}
