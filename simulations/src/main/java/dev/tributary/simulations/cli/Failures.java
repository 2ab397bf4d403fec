package dev.tributary.simulations.cli;

import dev.tributary.simulations.cli.operator.CommandFailedException;
import dev.tributary.simulations.data.UnusableDataException;
import dev.tributary.simulations.report.UnwritableReportException;
import dev.tributary.simulations.scenario.ScenarioException;
import dev.tributary.simulations.world.setup.SimulationFailedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/**
 * What a failed command prints and exits with. What users can mend is one line; a defect of ours
 * comes with its trace.
 */
final class Failures implements IExecutionExceptionHandler {

  private static final Logger LOG = LoggerFactory.getLogger(Failures.class);
  private static final int FAILED = 1;
  private static final int WRONG_CONFIGURATION = 2;

  @Override
  public int handleExecutionException(Exception failure, CommandLine command, ParseResult parsed) {
    return switch (failure) {
      case CommandFailedException e -> say(command, e, e.exitCode());
      case ScenarioException e -> say(command, e, WRONG_CONFIGURATION);
      case UnusableDataException e -> say(command, e, WRONG_CONFIGURATION);
      case UnwritableReportException e -> say(command, e, WRONG_CONFIGURATION);
      case SimulationFailedException e -> say(command, e, FAILED);
      default -> {
        LOG.debug("defect", failure);
        failure.printStackTrace(command.getErr());
        yield FAILED;
      }
    };
  }

  private static int say(CommandLine command, Exception failure, int exitCode) {
    command.getErr().println("tributary: " + failure.getMessage());
    return exitCode;
  }
}
