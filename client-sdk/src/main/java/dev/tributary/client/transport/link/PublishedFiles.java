package dev.tributary.client.transport.link;

import dev.tributary.client.transport.ResponseReceiver;
import java.util.Optional;

/** What a coordinator publishes, as it serves it: nothing of it is verified here. */
public interface PublishedFiles {

  /**
   * A metadata file.
   *
   * @param file its name: {@code 7.targets.json}
   * @param maximumBytes of a longer one, that many bytes and one more are given
   * @return the file; empty when the coordinator has none of this name
   */
  Optional<byte[]> metadata(String file, int maximumBytes)
      throws CoordinatorException, InterruptedException;

  /**
   * Streams a target, from {@code offsetBytes} on if that is possible, into {@code receiver}.
   *
   * @param sha256 its name, 64 lower-case hexadecimal digits
   */
  void target(String sha256, long offsetBytes, ResponseReceiver receiver)
      throws CoordinatorException, InterruptedException;
}
