package dev.tributary.client.transport;

import java.time.Duration;
import java.util.Map;
import java.util.Set;

/**
 * One request to the coordinator.
 *
 * @param method GET, HEAD, POST or PUT
 * @param path path and query, beginning with a slash; appended to the coordinator's address
 * @param headers names to values; {@code Authorization} may be among them, so headers are never
 *     printed
 * @param body empty for GET and HEAD
 * @param idleTimeout longest time in which neither a byte of the body is taken nor one of the
 *     response arrives
 * @param totalTimeout longest time for the whole exchange
 */
public record TransportRequest(
    String method,
    String path,
    Map<String, String> headers,
    RequestBody body,
    Duration idleTimeout,
    Duration totalTimeout) {

  private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT");

  public TransportRequest {
    if (!METHODS.contains(method)) {
      throw new IllegalArgumentException("method must be one of " + METHODS + ", not " + method);
    }
    if (!path.startsWith("/")) {
      throw new IllegalArgumentException("path must begin with a slash: " + path);
    }
    requirePositive("idleTimeout", idleTimeout);
    requirePositive("totalTimeout", totalTimeout);
    headers = Map.copyOf(headers);
  }

  private static void requirePositive(String name, Duration value) {
    if (value.isZero() || value.isNegative()) {
      throw new IllegalArgumentException(name + " must be positive, not " + value);
    }
  }

  /** Method, path and size: headers carry the session token. */
  @Override
  public String toString() {
    return method + " " + path + " (" + body.lengthBytes() + " bytes)";
  }
}
