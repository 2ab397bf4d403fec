package dev.tributary.simulations.report;

import java.nio.file.Path;

/** A folder or file of a report that cannot be written: names the path and the system's reason. */
public final class UnwritableReportException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public UnwritableReportException(Path path, String reason, Throwable cause) {
    super("cannot write " + path + ": " + reason, cause);
  }
}
