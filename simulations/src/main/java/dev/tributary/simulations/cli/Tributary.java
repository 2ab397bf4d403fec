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
import java.util.List;
import java.util.Objects;
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
    versionProvider = VersionFromManifest.class)
public final class Tributary implements Runnable {

  /** In the order of the usage. */
  private static final List<Class<?>> SUBCOMMANDS =
      List.of(
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
          BenchCommand.class);

  @Spec private CommandSpec spec;

  private Tributary() {}

  public static void main(String[] arguments) {
    System.exit(run(arguments, writerOn(System.out), writerOn(System.err)));
  }

  /** Runs one command line and returns its exit code. The writers stay open. */
  static int run(String[] arguments, PrintWriter out, PrintWriter err) {
    CommandLine line = new CommandLine(new Tributary());
    wanted(arguments).forEach(line::addSubcommand);
    return line.setOut(out)
        .setErr(err)
        .setParameterExceptionHandler(new WrongUsage())
        .setExecutionExceptionHandler(new Failures())
        .execute(arguments);
  }

  /**
   * The subcommand that is called, or all: the options of all of them take as long to look up as
   * most of what they do.
   */
  private static List<Class<?>> wanted(String[] arguments) {
    return SUBCOMMANDS.stream()
        .filter(type -> arguments.length > 0 && name(type).equals(arguments[0]))
        .findFirst()
        .<List<Class<?>>>map(List::of)
        .orElse(SUBCOMMANDS);
  }

  private static String name(Class<?> subcommand) {
    return Objects.requireNonNull(subcommand.getAnnotation(Command.class)).name();
  }

  private static PrintWriter writerOn(PrintStream stream) {
    return new PrintWriter(stream, true, stream.charset());
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }
}
