package dev.tributary.simulations.bench.download;

import io.vertx.core.AbstractVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * The bound of every download: a server on the same stack, in a process of its own, that lets the
 * operating system send one file to whoever asks.
 */
public final class SendfileServer extends AbstractVerticle {

  @Override
  public void start(Promise<Void> started) {
    String file = config().getString("file");
    vertx
        .createHttpServer(new HttpServerOptions().setPort(0).setHost("127.0.0.1"))
        .requestHandler(request -> request.response().sendFile(file))
        .listen()
        .onSuccess(
            server -> {
              System.out.println(server.actualPort());
              started.complete();
            })
        .onFailure(started::fail);
  }

  /** Prints its port on standard output and serves the file of the argument until it is killed. */
  public static void main(String[] arguments) {
    int loops = Runtime.getRuntime().availableProcessors();
    var vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(loops));
    vertx
        .deployVerticle(
            SendfileServer.class,
            new DeploymentOptions()
                .setInstances(loops)
                .setConfig(new JsonObject().put("file", arguments[0])))
        .onFailure(failure -> System.exit(1));
  }

  /** Such a server, running. */
  record Running(Process process, URI uri) implements AutoCloseable {

    static Running start(Path file, int heapMebibytes) throws IOException {
      Process process =
          new ProcessBuilder(
                  List.of(
                      Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                      "-Xmx" + heapMebibytes + "m",
                      "-cp",
                      System.getProperty("java.class.path"),
                      SendfileServer.class.getName(),
                      file.toAbsolutePath().toString()))
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      var out =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
      String port = out.readLine();
      if (port == null) {
        throw new IOException("the file server's process ended before it listened");
      }
      return new Running(process, URI.create("http://127.0.0.1:" + port));
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }
  }
}
