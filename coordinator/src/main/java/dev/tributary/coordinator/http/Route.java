package dev.tributary.coordinator.http;

import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.RejectedException;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;

/**
 * A method and a path with the endpoint behind it. Who may pass is the type of the route: an
 * endpoint of devices cannot be called without the device that was authenticated, and nothing is
 * open that does not say so.
 *
 * <p>Paths are segments; one in braces is a parameter, such as {@code /v1/rounds/{round}/result}.
 */
public sealed interface Route {

  HttpMethod method();

  String path();

  /** Open to everybody. */
  record Open(HttpMethod method, String path, Endpoint endpoint) implements Route {}

  /** For devices with a session. */
  record ForDevices(HttpMethod method, String path, DeviceEndpoint endpoint) implements Route {}

  /** For operators with an admin token. */
  record ForOperators(HttpMethod method, String path, Endpoint endpoint) implements Route {}

  /** Runs on the event loop of the request. */
  interface Endpoint {
    Future<Answer> answer(Exchange exchange) throws RejectedException;
  }

  /** Runs on the event loop of the request. */
  interface DeviceEndpoint {
    Future<Answer> answer(Exchange exchange, DeviceId device) throws RejectedException;
  }
}
