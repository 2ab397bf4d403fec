package dev.tributary.simulations.cli.operator;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.tributary.coordinator.backup.BackupException;
import dev.tributary.coordinator.backup.StateBackup;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code backup}: copies a coordinator's state, while it serves or not. */
@Command(
    name = "backup",
    description = {
      "Copies the state folder of a coordinator on this machine, which may be running, into a new"
          + " folder",
      "that a coordinator can be started on. Rounds that are open are ended in the copy.",
      "docs/operations.md says how to restore one."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example: tributary backup --state /var/lib/tributary --to /backup/tributary-2026-01-31"
    })
public final class BackupCommand implements Callable<Integer> {

  @Mixin private Output output;

  @Option(
      names = "--state",
      paramLabel = "DIR",
      required = true,
      description = "The coordinator's state folder.")
  private Path state;

  @Option(
      names = "--to",
      paramLabel = "DIR",
      required = true,
      description = "A folder that is not there yet, or empty.")
  private Path target;

  @Override
  public Integer call() {
    try {
      StateBackup.Taken taken =
          StateBackup.take(state, target.toAbsolutePath().normalize(), Instant.now());
      output.print(
          JsonNodeFactory.instance
              .objectNode()
              .put("folder", taken.folder().toString())
              .put("files", taken.files())
              .put("bytes", taken.bytes())
              .put("roundsEnded", taken.roundsEnded()),
          out ->
              out.println(
                  "backed up "
                      + taken.bytes()
                      + " bytes with "
                      + taken.files()
                      + " model files to "
                      + taken.folder()
                      + "; rounds that were open and are ended in it: "
                      + taken.roundsEnded()));
      return 0;
    } catch (BackupException e) {
      String why = String.valueOf(e.getMessage());
      throw e.isWrongFolder()
          ? CommandFailedException.wrongUsage(why)
          : CommandFailedException.failed(why);
    }
  }
}
