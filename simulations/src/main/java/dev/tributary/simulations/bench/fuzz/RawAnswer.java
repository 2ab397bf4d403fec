package dev.tributary.simulations.bench.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * An answer as it came.
 *
 * @param headers by their name in lower case; of several with one name, the last
 * @param goesOn whether the connection can be used for another request
 */
record RawAnswer(int status, Map<String, String> headers, byte[] body, boolean goesOn) {

  Optional<String> header(String lowerCaseName) {
    return Optional.ofNullable(headers.get(lowerCaseName));
  }

  /** A stream of events, of which only the head was read: it has no end. */
  boolean isStream() {
    return header("content-type").orElse("").startsWith("text/event-stream");
  }

  String text() {
    return new String(body, StandardCharsets.UTF_8);
  }
}
