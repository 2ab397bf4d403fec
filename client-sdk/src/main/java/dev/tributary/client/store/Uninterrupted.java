package dev.tributary.client.store;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;

/**
 * Finishes short file work although its thread is interrupted: the JDK closes a channel under an
 * interrupted thread, and closing a client must not look like a broken disk. The interrupt stays
 * pending.
 */
final class Uninterrupted {

  private Uninterrupted() {}

  /**
   * Runs {@code work}, from the start again when an interrupt cut it off: doing it twice must do no
   * harm.
   */
  static <T> T run(FileWork<T> work) throws IOException {
    boolean interrupted = Thread.interrupted();
    try {
      while (true) {
        try {
          return work.run();
        } catch (ClosedByInterruptException cutOff) {
          interrupted |= Thread.interrupted();
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  interface FileWork<T> {
    T run() throws IOException;
  }
}
