package dev.tributary.coordinator.ops;

import dev.tributary.aggregation.protocol.PopulationName;
import dev.tributary.coordinator.access.AdminTokens;
import dev.tributary.coordinator.access.EnrolmentTokens;
import dev.tributary.coordinator.access.IssuedToken;
import dev.tributary.coordinator.http.RouteTable;
import dev.tributary.coordinator.http.server.ConnectionDeadlines;
import dev.tributary.coordinator.http.server.WatchedTransport;
import dev.tributary.coordinator.publish.ModelEvaluator;
import dev.tributary.coordinator.schedule.OperatorDesk;
import dev.tributary.coordinator.store.StoreException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.net.BindException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running coordinator: its state, its rounds and its servers, started and stopped together. Any
 * thread.
 *
 * <pre>{@code
 * Coordinator coordinator = Coordinator.start(CoordinatorConfig.in(folder), ModelEvaluator.none()).await();
 * }</pre>
 */
public final class Coordinator {

  private static final Logger LOG = LoggerFactory.getLogger(Coordinator.class);

  private final Vertx vertx;
  private final CoordinatorConfig config;
  private final CoordinatorState state;
  private final Surface surface;
  private final Promise<Void> stopped = Promise.promise();
  private @Nullable Promise<Void> closing;

  private Coordinator(
      Vertx vertx, CoordinatorConfig config, CoordinatorState state, Surface surface) {
    this.vertx = vertx;
    this.config = config;
    this.state = state;
    this.surface = surface;
  }

  /**
   * Opens the state, resumes or abandons the rounds that were open, and starts to listen.
   *
   * @param evaluator measures new models on examples of the embedding program
   * @return fails with {@link ConfigException} when the state folder, the TLS files or the port
   *     cannot be used; nothing is left running then
   */
  public static Future<Coordinator> start(CoordinatorConfig config, ModelEvaluator evaluator) {
    return startWith(
        config,
        (database, folder, authority, meters) ->
            RoundDesks.open(
                database,
                folder,
                authority,
                evaluator,
                meters,
                config.checkpoints(),
                config.shutdownGrace()));
  }

  static Future<Coordinator> startWith(CoordinatorConfig config, Desks.Opener desks) {
    ConnectionDeadlines connections =
        new ConnectionDeadlines(config.requests().head(), config.requests().idle());
    Vertx vertx =
        Vertx.builder()
            .withTransport(new WatchedTransport(connections))
            .with(new VertxOptions().setEventLoopPoolSize(config.listen().eventLoops()))
            .build();
    Promise<Coordinator> started = Promise.promise();
    vertx
        .executeBlocking(() -> CoordinatorState.open(vertx, config, desks), false)
        .map(Objects::requireNonNull)
        .compose(
            state ->
                Surface.open(vertx, config, connections, state)
                    .map(surface -> new Coordinator(vertx, config, state, surface))
                    .recover(
                        cause ->
                            state
                                .endRounds()
                                .eventually(state::close)
                                .transform(closed -> Future.failedFuture(cause))))
        .onSuccess(
            coordinator -> {
              LOG.info(
                  "coordinator listens on {}, state in {}",
                  coordinator.uri(),
                  config.stateDirectory());
              warnOfPlaintext(config);
              coordinator.state.database().gaveUp().onSuccess(coordinator::storeGaveUp);
              started.complete(coordinator);
            })
        .onFailure(cause -> closed(vertx, () -> started.fail(understandable(config, cause))));
    return started.future();
  }

  private static void warnOfPlaintext(CoordinatorConfig config) {
    String host = config.listen().host();
    if (config.tls().isEmpty() && !isLoopback(host)) {
      LOG.warn(
          "plain HTTP on {}: tokens and updates can be read on the network; set tls.certificate and"
              + " tls.privateKey, or listen on 127.0.0.1",
          host);
    }
  }

  /** By its name alone: no name is looked up for a warning. */
  private static boolean isLoopback(String host) {
    return host.equalsIgnoreCase("localhost")
        || host.equals("::1")
        || host.matches("127(\\.\\d{1,3}){3}");
  }

  /**
   * Runs {@code then} once nothing of Vert.x runs any more: futures on its event loops would not be
   * heard then.
   */
  private static void closed(Vertx vertx, Runnable then) {
    vertx.close().onComplete(ignored -> then.run());
  }

  /** Where devices and operators reach it. */
  public URI uri() {
    return surface.uri();
  }

  /** What operators can do, without HTTP: for the program that embeds this coordinator. */
  public OperatorDesk operators() {
    return state.desks().operators();
  }

  /** Everything that it serves: for whoever tests or documents all of it. */
  public RouteTable routes() {
    return surface.routes();
  }

  /** The file the first admin token was written to, at the first start. */
  public Path adminTokenFile() {
    return config.stateDirectory().resolve(AdminTokens.FILE_NAME);
  }

  /** Makes a token with which devices enrol; see {@link EnrolmentTokens#create}. */
  public Future<IssuedToken> createEnrolmentToken(
      PopulationName population, int uses, Duration life) {
    return state.enrolmentTokens().create(population, uses, life);
  }

  /**
   * Completes when it has stopped: succeeds after {@link #close}, fails with {@link StoreException}
   * when it closed itself because its store can write no more. The embedding program then starts it
   * again; what was committed is there.
   */
  public Future<Void> stopped() {
    return stopped.future();
  }

  private void storeGaveUp(StoreException cause) {
    LOG.error("the coordinator stops: {}", cause.getMessage());
    close();
  }

  /**
   * Stops accepting check-ins, lets open rounds finish for the configured grace, abandons the
   * others, and releases everything. Doing it twice changes nothing.
   */
  public synchronized Future<Void> close() {
    Promise<Void> begun = closing;
    if (begun == null) {
      Promise<Void> over = Promise.promise();
      closing = over;
      state
          .endRounds()
          .eventually(surface::close)
          .eventually(state::close)
          .onComplete(
              result ->
                  closed(
                      vertx,
                      () -> {
                        LOG.info("coordinator stopped");
                        over.handle(result);
                        tellStopped();
                      }));
      return over.future();
    }
    return begun.future();
  }

  private void tellStopped() {
    StoreException gaveUp = state.database().gaveUp().result();
    if (gaveUp == null) {
      stopped.complete();
    } else {
      stopped.fail(gaveUp);
    }
  }

  private static Throwable understandable(CoordinatorConfig config, Throwable cause) {
    return switch (cause) {
      case ConfigException known -> known;
      case BindException bind ->
          new ConfigException(
              "cannot listen on "
                  + config.listen().host()
                  + ":"
                  + config.listen().port()
                  + ": "
                  + bind.getMessage()
                  + "; choose a free port and an address of this machine (listen.port, listen.host)",
              bind);
      case StoreException store -> new ConfigException(String.valueOf(store.getMessage()), store);
      case IOException io ->
          new ConfigException(
              "the state folder " + config.stateDirectory() + " cannot be used: " + io, io);
      default -> cause;
    };
  }
}
