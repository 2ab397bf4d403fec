package dev.tributary.coordinator.intake;

import java.time.Duration;

/**
 * What uploads that are not yet counted may occupy, all of them together.
 *
 * @param memoryBytes memory of the stage; uploads beyond it go to temporary files
 * @param fileBytes temporary files of the stage; uploads beyond it are told to come back
 * @param keepInterrupted how long the received part of an interrupted upload waits for its device
 */
public record UploadLimits(long memoryBytes, long fileBytes, Duration keepInterrupted) {

  public UploadLimits {
    if (memoryBytes < StageMemory.CHUNK_BYTES) {
      throw new IllegalArgumentException(
          "stage memory is "
              + memoryBytes
              + " bytes; expected at least "
              + StageMemory.CHUNK_BYTES
              + ", one chunk");
    }
    if (fileBytes < 0) {
      throw new IllegalArgumentException(
          "stage files are " + fileBytes + " bytes; expected 0 or more");
    }
    if (keepInterrupted.isNegative()) {
      throw new IllegalArgumentException(
          "interrupted uploads are kept " + keepInterrupted + "; expected 0 or more");
    }
  }
}
