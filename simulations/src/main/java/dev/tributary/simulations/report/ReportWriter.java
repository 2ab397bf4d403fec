package dev.tributary.simulations.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Writes a run's figures into a folder: {@code rounds.csv}, {@code summary.json} and {@code
 * report.html}. Each file appears whole or not at all: it is written under another name, and all
 * are renamed once the last is written.
 */
public final class ReportWriter {

  private static final String REPORT = "report.html";

  private final Path folder;

  private ReportWriter(Path folder) {
    this.folder = folder;
  }

  /**
   * A writer into this folder, created when it is not there. Asked for before a run, so that a
   * folder that cannot be written is known before any work.
   *
   * @throws UnwritableReportException when the folder cannot be created or written
   */
  public static ReportWriter into(Path folder) {
    try {
      Files.createDirectories(folder);
      Files.delete(Files.createTempFile(folder, ".tributary", ".probe"));
    } catch (IOException refused) {
      throw new UnwritableReportException(folder, reason(refused), refused);
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
   * @throws UnwritableReportException when one cannot be written; then none of them is left
   *     half-done
   */
  public Path write(RunRecord run) {
    Map<String, String> contents = new LinkedHashMap<>();
    contents.put("rounds.csv", RoundsCsv.of(run));
    contents.put("summary.json", SummaryJson.of(run).toPrettyString() + "\n");
    contents.put(REPORT, ReportPage.of(run));
    Map<Path, Path> written = new LinkedHashMap<>();
    Path current = folder;
    try {
      for (Map.Entry<String, String> file : contents.entrySet()) {
        current = folder.resolve(file.getKey());
        Path temporary = folder.resolve("." + file.getKey() + ".part");
        written.put(temporary, current);
        Files.write(temporary, file.getValue().getBytes(StandardCharsets.UTF_8));
      }
      for (Map.Entry<Path, Path> file : written.entrySet()) {
        current = file.getValue();
        Files.move(file.getKey(), current, StandardCopyOption.ATOMIC_MOVE);
      }
    } catch (IOException failed) {
      throw new UnwritableReportException(current, reason(failed), failed);
    } finally {
      written.keySet().forEach(ReportWriter::deleteIfThere);
    }
    return folder.resolve(REPORT);
  }

  private static void deleteIfThere(Path temporary) {
    try {
      Files.deleteIfExists(temporary);
    } catch (IOException ignored) {
      temporary.toFile().deleteOnExit();
    }
  }

  private static String reason(IOException failed) {
    return switch (failed) {
      case AccessDeniedException denied -> "access denied";
      case FileAlreadyExistsException file -> file.getFile() + " is a file, not a folder";
      case FileSystemException system when system.getReason() != null ->
          String.valueOf(system.getReason());
      default -> String.valueOf(failed.getMessage());
    };
  }
}
