package dev.tributary.coordinator.store;

import java.io.IOException;
import java.util.stream.Stream;

/** Tells the faults of files apart: a full disk passes. */
public final class FileFaults {
  private FileFaults() {}

  /** The fault of doing {@code what}: {@code FULL} when there was no space for it. */
  public static StoreException translate(String what, IOException cause) {
    return new StoreException(
        isFull(cause) ? StoreException.Kind.FULL : StoreException.Kind.FAILED,
        "cannot " + what + ": " + cause,
        cause);
  }

  /** Java has no types for these, only the words of the system: ENOSPC, EFBIG, EDQUOT. */
  private static boolean isFull(IOException cause) {
    String words = String.valueOf(cause.getMessage());
    return Stream.of("No space left", "File too large", "quota exceeded").anyMatch(words::contains);
  }
}
