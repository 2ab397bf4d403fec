package dev.tributary.simulations.cli;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * What is printed when a command line cannot be read: the reason, last so that it is seen, and
 * where to read more. Only whoever left out the subcommand is shown which there are.
 */
final class WrongUsage implements IParameterExceptionHandler {

  @Override
  public int handleParseException(ParameterException wrong, String[] arguments) {
    CommandLine command = wrong.getCommandLine();
    PrintWriter err = command.getErr();
    if (command.getSubcommands().isEmpty()) {
      err.println("tributary: " + wrong.getMessage());
      UnmatchedArgumentException.printSuggestions(wrong, err);
      err.println("Try: " + command.getCommandSpec().qualifiedName() + " --help");
    } else {
      command.usage(err);
      err.println("tributary: " + wrong.getMessage());
      UnmatchedArgumentException.printSuggestions(wrong, err);
    }
    return command.getCommandSpec().exitCodeOnInvalidInput();
  }
}
