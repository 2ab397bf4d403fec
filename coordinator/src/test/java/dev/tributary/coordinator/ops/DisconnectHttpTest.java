package dev.tributary.coordinator.ops;

import static dev.tributary.coordinator.ops.Answers.text;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.tributary.aggregation.model.ModelDigest;
import io.vertx.core.Promise;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** A client that goes away is no defect of ours, and must not be able to fill the log. */
@Timeout(60)
final class DisconnectHttpTest {

  private static final class Kept extends AppenderBase<ILoggingEvent> {
    final Queue<String> lines = new ConcurrentLinkedQueue<>();

    @Override
    protected void append(ILoggingEvent event) {
      if (event.getLevel().isGreaterOrEqual(Level.WARN)) {
        lines.add(event.getFormattedMessage() + " " + event.getThrowableProxy());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void connectionThatBreaksInsideAMessage_isCountedAsGone_andNotLogged(
      boolean reset, @TempDir Path folder) throws Exception {
    Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    Kept kept = new Kept();
    kept.start();
    root.addAppender(kept);
    try (var coordinator = RunningCoordinator.start(folder)) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), coordinator.port())) {
        socket
            .getOutputStream()
            .write(
                """
                POST /v1/challenges HTTP/1.1\r
                Host: x\r
                Expect: 100-continue\r
                Content-Type: application/x-protobuf\r
                Content-Length: 100\r
                \r
                """
                    .getBytes(StandardCharsets.US_ASCII));
        assertThat(socket.getInputStream().read()).isEqualTo('H'); // it waits for the message now
        socket.getOutputStream().write(new byte[10]);
        if (reset) {
          socket.setSoLinger(true, 0);
        }
      }
      awaitGone(coordinator, "/v1/challenges");
    } finally {
      root.detachAppender(kept);
    }
    assertThat(kept.lines).isEmpty();
  }

  @Test
  void deviceThatLeavesBeforeItsModelIsSent_isCountedAsGone_andNotLogged(@TempDir Path folder)
      throws Exception {
    Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    Kept kept = new Kept();
    kept.start();
    root.addAppender(kept);
    try (var coordinator = RunningCoordinator.start(folder, "listen.eventLoops=1")) {
      Path file = Files.write(folder.resolve("model"), new byte[1 << 20]);
      ModelDigest digest = new ModelDigest("ab".repeat(32));
      coordinator.desks.models.put(digest, file);
      TestDevice device = coordinator.device();
      Promise<Void> answer = Promise.promise();
      coordinator.desks.holdBack = answer;
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), coordinator.port())) {
        socket
            .getOutputStream()
            .write(
                ("GET /v1/models/"
                        + digest
                        + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
                        + device.session
                        + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
        coordinator.desks.askedForAModel.await();
        socket.setSoLinger(true, 0);
      }
      awaitGone(coordinator, "/v1/models/{digest}");
      answer.complete();
      coordinator.send(HttpRequest.newBuilder(coordinator.uri("/metrics")).build()); // after it
    } finally {
      root.detachAppender(kept);
    }
    assertThat(kept.lines).isEmpty();
  }

  private static void awaitGone(RunningCoordinator coordinator, String route)
      throws IOException, InterruptedException {
    long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!isCountedAsGone(coordinator, route)) {
      assertThat(System.nanoTime()).as("gone within 20 s").isLessThan(deadlineNanos);
    }
  }

  private static boolean isCountedAsGone(RunningCoordinator coordinator, String route)
      throws IOException, InterruptedException {
    return text(coordinator.send(HttpRequest.newBuilder(coordinator.uri("/metrics")).build()))
        .lines()
        .anyMatch(
            line ->
                line.startsWith("tributary_requests_seconds_count")
                    && line.contains(route)
                    && line.contains("reason=\"gone\""));
  }
}
