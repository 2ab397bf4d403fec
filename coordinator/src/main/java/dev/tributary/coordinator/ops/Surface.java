package dev.tributary.coordinator.ops;

import dev.tributary.coordinator.access.DeviceAccess;
import dev.tributary.coordinator.http.Dispatcher;
import dev.tributary.coordinator.http.RequestMetrics;
import dev.tributary.coordinator.http.Route;
import dev.tributary.coordinator.http.RouteTable;
import dev.tributary.coordinator.http.device.DeliveryRoutes;
import dev.tributary.coordinator.http.device.DeviceRoutes;
import dev.tributary.coordinator.http.device.ModelDownload;
import dev.tributary.coordinator.http.device.UploadRoutes;
import dev.tributary.coordinator.http.operator.ChannelRoutes;
import dev.tributary.coordinator.http.operator.HealthRoutes;
import dev.tributary.coordinator.http.operator.OperatorRoutes;
import dev.tributary.coordinator.http.server.ConnectionDeadlines;
import dev.tributary.coordinator.http.server.CoordinatorServer;
import dev.tributary.coordinator.http.server.TlsFiles;
import dev.tributary.coordinator.intake.UploadIntake;
import dev.tributary.coordinator.loop.EventLoops;
import dev.tributary.coordinator.publish.Publications;
import dev.tributary.coordinator.schedule.retrain.RetrainingChain;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** All routes on their server, with the housekeeping that goes along. */
final class Surface {

  private static final long EXPIRY_SWEEP_MILLIS = 5_000;

  private final Vertx vertx;
  private final RouteTable routes;
  private final CoordinatorServer server;
  private final long expirySweep;
  private final long publishing;
  private final URI uri;

  private Surface(
      Vertx vertx,
      RouteTable routes,
      CoordinatorServer server,
      long expirySweep,
      long publishing,
      URI uri) {
    this.publishing = publishing;
    this.routes = routes;
    this.vertx = vertx;
    this.server = server;
    this.expirySweep = expirySweep;
    this.uri = uri;
  }

  static Future<Surface> open(
      Vertx vertx,
      CoordinatorConfig config,
      ConnectionDeadlines connections,
      CoordinatorState state) {
    try {
      config.tls().ifPresent(Surface::requireReadable);
    } catch (ConfigException e) {
      return Future.failedFuture(e);
    }
    return vertx
        .executeBlocking(
            () -> {
              config.tls().ifPresent(files -> requireUsable(vertx, files));
              return true;
            },
            false)
        .compose(usable -> listen(vertx, config, connections, state));
  }

  private static Future<Surface> listen(
      Vertx vertx,
      CoordinatorConfig config,
      ConnectionDeadlines connections,
      CoordinatorState state) {
    UploadIntake intake = state.intake();
    state.metrics().watch(intake, connections);
    DeviceAccess access =
        new DeviceAccess(
            EventLoops.of(vertx),
            state.database(),
            config.access(),
            InstantSource.system(),
            new SteadyClock(),
            new SecureRandom(),
            state.authority());
    RouteTable table = new RouteTable(routes(config, state, access));
    RequestMetrics metrics = new RequestMetrics(state.metrics().registry());
    var chain =
        new RetrainingChain(
            state.desks().operators(), state.publications(), InstantSource.system());
    return CoordinatorServer.listen(
            vertx,
            config.listen(),
            config.tls(),
            config.requests(),
            connections,
            () ->
                new Dispatcher(
                    vertx, table, access, state.adminTokens(), config.requests(), metrics))
        .map(
            server ->
                new Surface(
                    vertx,
                    table,
                    server,
                    vertx.setPeriodic(EXPIRY_SWEEP_MILLIS, ignored -> intake.dropExpired()),
                    vertx.setPeriodic(
                        config.publishing().review().toMillis(),
                        ignored -> state.publications().tick().onComplete(done -> chain.tick())),
                    URI.create(
                        (config.tls().isPresent() ? "https" : "http")
                            + "://"
                            + reachable(config.listen().host())
                            + ":"
                            + server.port())));
  }

  private static List<Route> routes(
      CoordinatorConfig config, CoordinatorState state, DeviceAccess access) {
    var meters = state.metrics().registry();
    ModelDownload models = new ModelDownload(state.desks()::modelFile, meters);
    Publications publications = state.publications();
    ModelDownload targets = new ModelDownload(publications::file, meters);
    UploadRoutes uploads = new UploadRoutes(state.intake(), state.desks().devices(), meters);
    List<Route> routes = new ArrayList<>();
    routes.addAll(DeviceRoutes.of(access, state.desks().devices(), uploads, models));
    routes.addAll(DeliveryRoutes.of(access, publications, targets));
    routes.addAll(ChannelRoutes.of(publications, state.desks().operators(), targets));
    routes.addAll(
        OperatorRoutes.of(state.desks().operators(), access, state.enrolmentTokens(), models));
    routes.addAll(HealthRoutes.of(state::obstacle, state.metrics()::text, config.openMetrics()));
    return routes;
  }

  /** Made and thrown away: what the server would make of the files when the first device comes. */
  private static void requireUsable(Vertx vertx, TlsFiles files) {
    try {
      files.keyAndCertificate().getKeyManagerFactory(vertx);
    } catch (Exception e) {
      throw new ConfigException(
          "tls.certificate "
              + files.certificate()
              + " and tls.privateKey "
              + files.privateKey()
              + " cannot be used: expected PEM files of a certificate chain and of its PKCS#8"
              + " private key; "
              + e.getMessage(),
          e);
    }
  }

  private static void requireReadable(TlsFiles files) {
    for (Path file : List.of(files.certificate(), files.privateKey())) {
      if (!Files.isReadable(file)) {
        throw new ConfigException(
            "TLS file " + file + " cannot be read (tls.certificate, tls.privateKey)");
      }
    }
  }

  /** An address to reach a server by that listens on all of them. */
  private static String reachable(String host) {
    return switch (host) {
      case "0.0.0.0" -> "127.0.0.1";
      case "::", "::0" -> "[::1]";
      default -> host.contains(":") ? "[" + host + "]" : host;
    };
  }

  URI uri() {
    return uri;
  }

  RouteTable routes() {
    return routes;
  }

  Future<Void> close() {
    vertx.cancelTimer(expirySweep);
    vertx.cancelTimer(publishing);
    return server.close();
  }
}
