package dev.tributary.coordinator.http.device;

import static io.vertx.core.http.HttpMethod.GET;
import static io.vertx.core.http.HttpMethod.POST;

import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.aggregation.protocol.health.HealthReport;
import dev.tributary.aggregation.publish.FileDigest;
import dev.tributary.coordinator.access.DeviceAccess;
import dev.tributary.coordinator.http.Answer;
import dev.tributary.coordinator.http.Exchange;
import dev.tributary.coordinator.http.Route;
import dev.tributary.coordinator.publish.Publications;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What devices ask about the models that they run. */
public final class DeliveryRoutes {

  private final DeviceAccess access;
  private final Publications publications;
  private final ModelDownload targets;

  private DeliveryRoutes(DeviceAccess access, Publications publications, ModelDownload targets) {
    this.access = access;
    this.publications = publications;
    this.targets = targets;
  }

  /**
   * The three routes.
   *
   * @param targets sends the files of published targets
   */
  public static List<Route> of(
      DeviceAccess access, Publications publications, ModelDownload targets) {
    DeliveryRoutes routes = new DeliveryRoutes(access, publications, targets);
    return List.of(
        new Route.ForDevices(GET, "/v1/metadata/{file}", routes::metadata),
        new Route.ForDevices(GET, "/v1/targets/{digest}", routes::target),
        new Route.ForDevices(POST, "/v1/health", routes::health));
  }

  private Future<Answer> metadata(Exchange exchange, DeviceId device) throws RejectedException {
    byte[] file =
        publications
            .metadata(exchange.parameter("file"))
            .orElseThrow(
                () ->
                    new RejectedException(
                        RejectReason.NOT_FOUND, "there is no metadata file of this name"));
    return Future.succeededFuture(
        new Answer.Text(200, "application/json", new String(file, StandardCharsets.UTF_8)));
  }

  /** Files of other populations are not told from those that are not there. */
  private Future<Answer> target(Exchange exchange, DeviceId device) throws RejectedException {
    FileDigest file = new FileDigest(ModelDownload.digest(exchange).hex());
    return access
        .population(device)
        .compose(
            population -> {
              if (!publications.mayFetch(population, file)) {
                return Future.failedFuture(
                    new RejectedException(RejectReason.NOT_FOUND, "there is no target " + file));
              }
              try {
                return targets.answer(exchange);
              } catch (RejectedException e) {
                return Future.failedFuture(e);
              }
            });
  }

  private Future<Answer> health(Exchange exchange, DeviceId device) throws RejectedException {
    return exchange
        .message()
        .compose(
            bytes -> {
              try {
                HealthReport report = HealthReport.decode(bytes);
                return access
                    .population(device)
                    .compose(population -> publications.report(population, device, report));
              } catch (RejectedException e) {
                return Future.failedFuture(e);
              }
            })
        .map(counted -> new Answer.Empty(204));
  }
}
