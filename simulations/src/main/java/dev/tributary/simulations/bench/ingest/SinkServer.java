package dev.tributary.simulations.bench.ingest;

import io.vertx.core.AbstractVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServerOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * The bound of every upload: a server on the same stack, in a process of its own, that takes what
 * comes and does nothing with it.
 */
public final class SinkServer extends AbstractVerticle {

  @Override
  public void start(Promise<Void> started) {
    vertx
        .createHttpServer(new HttpServerOptions().setPort(0).setHost("127.0.0.1"))
        .requestHandler(
            request -> {
              request.handler(bytes -> {});
              request.endHandler(end -> request.response().setStatusCode(200).end());
            })
        .listen()
        .onSuccess(
            server -> {
              System.out.println(server.actualPort());
              started.complete();
            })
        .onFailure(started::fail);
  }

  /** Prints its port on standard output and serves until it is killed. */
  public static void main(String[] arguments) {
    int loops = Runtime.getRuntime().availableProcessors();
    var vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(loops));
    vertx
        .deployVerticle(SinkServer.class, new DeploymentOptions().setInstances(loops))
        .onFailure(failure -> System.exit(1));
  }

  /** Such a server, running. */
  record Running(Process process, URI uri) implements AutoCloseable {

    static Running start(int heapMebibytes) throws IOException {
      Process process =
          new ProcessBuilder(
                  List.of(
                      Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                      "-Xmx" + heapMebibytes + "m",
                      "-cp",
                      System.getProperty("java.class.path"),
                      SinkServer.class.getName()))
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      var out =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
      String port = out.readLine();
      if (port == null) {
        throw new IOException("the sink's process ended before it listened");
      }
      return new Running(process, URI.create("http://127.0.0.1:" + port));
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }
  }
}
