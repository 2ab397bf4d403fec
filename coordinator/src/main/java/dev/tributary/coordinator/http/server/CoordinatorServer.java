package dev.tributary.coordinator.http.server;

import dev.tributary.coordinator.http.Dispatcher;
import dev.tributary.coordinator.http.RequestLimits;
import io.netty.handler.ssl.OpenSsl;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.OpenSSLEngineOptions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The listening socket with its event loops. HTTP/1.1 and HTTP/2 on one port: by ALPN under TLS, by
 * upgrade or prior knowledge without. TLS by OpenSSL where its library is there, by the JDK
 * otherwise.
 */
public final class CoordinatorServer {

  private static final Logger LOG = LoggerFactory.getLogger(CoordinatorServer.class);
  private static final int CONNECTION_WINDOW_BYTES = 1 << 20;
  private static final int STREAM_WINDOW_BYTES = 256 << 10;
  private static final int STREAMS_A_CONNECTION = 128;
  private static final int ACCEPT_BACKLOG = 4096;

  private final Vertx vertx;
  private final String deployment;
  private final int port;

  private CoordinatorServer(Vertx vertx, String deployment, int port) {
    this.vertx = vertx;
    this.deployment = deployment;
    this.port = port;
  }

  /**
   * Starts listening.
   *
   * @param dispatcher makes the dispatcher of one event loop
   * @return fails when the port is in use or the TLS files cannot be used
   */
  public static Future<CoordinatorServer> listen(
      Vertx vertx,
      ListenAddress address,
      Optional<TlsFiles> tls,
      RequestLimits limits,
      ConnectionDeadlines deadlines,
      Supplier<Dispatcher> dispatcher) {
    HttpServerOptions options = options(address, tls, limits);
    AtomicInteger port = new AtomicInteger();
    return vertx
        .deployVerticle(
            () -> new Listener(options, deadlines, dispatcher.get(), port),
            new DeploymentOptions().setInstances(address.eventLoops()))
        .map(deployment -> new CoordinatorServer(vertx, deployment, port.get()));
  }

  public int port() {
    return port;
  }

  /** Stops accepting and closes every connection. */
  public Future<Void> close() {
    return vertx.undeploy(deployment);
  }

  private static HttpServerOptions options(
      ListenAddress address, Optional<TlsFiles> tls, RequestLimits limits) {
    HttpServerOptions options =
        new HttpServerOptions()
            .setHost(address.host())
            .setPort(address.port())
            .setAcceptBacklog(ACCEPT_BACKLOG)
            .setMaxInitialLineLength(limits.requestLineBytes())
            .setMaxHeaderSize(limits.headerBytes())
            .setDecompressionSupported(false)
            .setPerFrameWebSocketCompressionSupported(false) // there are no web sockets here
            .setPerMessageWebSocketCompressionSupported(false)
            .setHttp2ConnectionWindowSize(CONNECTION_WINDOW_BYTES)
            .setSslHandshakeTimeout(limits.head().toMillis())
            .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS)
            .setInitialSettings(
                new Http2Settings()
                    .setMaxConcurrentStreams(STREAMS_A_CONNECTION)
                    .setInitialWindowSize(STREAM_WINDOW_BYTES)
                    .setMaxHeaderListSize(limits.headerBytes()));
    tls.ifPresent(
        files -> {
          options
              .setSsl(true)
              .setUseAlpn(true)
              .setAlpnVersions(List.of(HttpVersion.HTTP_2, HttpVersion.HTTP_1_1))
              .setKeyCertOptions(files.keyAndCertificate());
          if (OpenSsl.isAvailable()) {
            options.setSslEngineOptions(new OpenSSLEngineOptions());
          }
          LOG.info("TLS by {}", OpenSsl.isAvailable() ? OpenSsl.versionString() : "the JDK");
        });
    return options;
  }

  /** One event loop's share of the connections. */
  private static final class Listener extends VerticleBase {
    private final HttpServerOptions options;
    private final ConnectionDeadlines deadlines;
    private final Dispatcher dispatcher;
    private final AtomicInteger port;
    private final Map<HttpConnection, ConnectionDeadlines.Tracked> tracked = new HashMap<>();

    Listener(
        HttpServerOptions options,
        ConnectionDeadlines deadlines,
        Dispatcher dispatcher,
        AtomicInteger port) {
      this.options = options;
      this.deadlines = deadlines;
      this.dispatcher = dispatcher;
      this.port = port;
    }

    @Override
    public Future<?> start() {
      vertx.setPeriodic(
          ConnectionDeadlines.BETWEEN_LOOKS.toMillis(), ignored -> deadlines.closeOverdue());
      HttpServer server =
          vertx
              .createHttpServer(options)
              .connectionHandler(this::opened)
              .requestHandler(this::requested)
              .invalidRequestHandler(dispatcher::serveInvalid)
              .exceptionHandler(
                  cause ->
                      LOG.debug("a connection failed before its request: {}", cause.toString()));
      return server.listen().onSuccess(listening -> port.set(listening.actualPort()));
    }

    private void opened(HttpConnection connection) {
      ConnectionDeadlines.Tracked watched = deadlines.of(connection.remoteAddress());
      if (watched != null) {
        tracked.put(connection, watched);
        HeadCheck.into(watched.channel().pipeline());
        connection.closeHandler(ignored -> tracked.remove(connection));
      }
      connection.exceptionHandler(cause -> LOG.debug("a connection failed: {}", cause.toString()));
    }

    private void requested(HttpServerRequest request) {
      ConnectionDeadlines.Tracked watched = tracked.get(request.connection());
      if (watched == null) {
        dispatcher.serve(request, () -> {});
      } else {
        watched.requestBegins();
        dispatcher.serve(request, watched::requestIsOver);
      }
    }
  }
}
