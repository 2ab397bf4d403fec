package dev.tributary.coordinator.backup;

/** A backup that could not be taken; says why, and nothing of it is left. */
public final class BackupException extends Exception {
  private static final long serialVersionUID = 1L;

  private final boolean wrongFolder;

  BackupException(String message, Throwable cause) {
    super(message, cause);
    this.wrongFolder = false;
  }

  BackupException(boolean wrongFolder, String message) {
    super(message);
    this.wrongFolder = wrongFolder;
  }

  /** Whether it is for the caller to name another folder. */
  public boolean isWrongFolder() {
    return wrongFolder;
  }
}
