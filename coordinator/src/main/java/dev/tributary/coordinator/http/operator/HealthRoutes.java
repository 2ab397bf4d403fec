package dev.tributary.coordinator.http.operator;

import static io.vertx.core.http.HttpMethod.GET;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tributary.coordinator.http.Answer;
import dev.tributary.coordinator.http.Exchange;
import dev.tributary.coordinator.http.Route;
import io.vertx.core.Future;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Whether the process lives, whether it can serve, and what it has counted. Open: they show nothing
 * secret.
 */
public final class HealthRoutes {

  private final Supplier<Future<Optional<String>>> obstacle;
  private final Supplier<String> metrics;

  private HealthRoutes(Supplier<Future<Optional<String>>> obstacle, Supplier<String> metrics) {
    this.obstacle = obstacle;
    this.metrics = metrics;
  }

  /**
   * The three routes.
   *
   * @param obstacle what keeps the coordinator from serving now, if anything
   * @param metrics in Prometheus' text format; may take a while, runs on a worker thread
   * @param openMetrics whether the metrics need no admin token
   */
  public static List<Route> of(
      Supplier<Future<Optional<String>>> obstacle, Supplier<String> metrics, boolean openMetrics) {
    HealthRoutes routes = new HealthRoutes(obstacle, metrics);
    return List.of(
        new Route.Open(
            GET, "/health/live", exchange -> Future.succeededFuture(status(200, "live"))),
        new Route.Open(GET, "/health/ready", routes::ready),
        openMetrics
            ? new Route.Open(GET, "/metrics", routes::metrics)
            : new Route.ForOperators(GET, "/metrics", routes::metrics));
  }

  private Future<Answer> ready(Exchange exchange) {
    return obstacle
        .get()
        .otherwise(cause -> Optional.of("the state cannot be read"))
        .map(found -> found.map(what -> status(503, what)).orElseGet(() -> status(200, "ready")));
  }

  private Future<Answer> metrics(Exchange exchange) {
    return exchange
        .vertx()
        .executeBlocking(metrics::get, false)
        .map(Objects::requireNonNull)
        .map(text -> new Answer.Text(200, "text/plain; version=0.0.4; charset=utf-8", text));
  }

  private static Answer status(int status, String text) {
    ObjectNode json = OperatorJson.object().put("status", text);
    return new Answer.Document(status, json);
  }
}
