package dev.tributary.coordinator.ops;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/**
 * What is secret is in no log line at any level, in no answer but its own, and in no file but its
 * own.
 */
@Timeout(60)
final class SecretsTest {

  private static final class Kept extends AppenderBase<ILoggingEvent> {
    final Queue<String> lines = new ConcurrentLinkedQueue<>();

    @Override
    protected void append(ILoggingEvent event) {
      lines.add(event.getFormattedMessage() + " " + event.getThrowableProxy());
    }
  }

  @Test
  void tokensAndUpdates_appearNowhere(@TempDir Path folder) throws Exception {
    Logger ours = (Logger) LoggerFactory.getLogger("dev.tributary");
    Level before = ours.getLevel();
    Kept kept = new Kept();
    kept.start();
    ours.setLevel(Level.TRACE);
    ours.addAppender(kept);
    List<String> answers = new ArrayList<>();
    List<String> secrets = new ArrayList<>();
    try (RunningCoordinator coordinator =
        RunningCoordinator.start(folder, "logs.file=true", "logs.level=debug")) {
      secrets.add(coordinator.adminToken());
      String enrolment = coordinator.enrolmentToken();
      secrets.add(enrolment);
      TestDevice device = coordinator.device();
      secrets.add(device.session);
      answers.add(text(new TestDevice(coordinator).enrol(enrolment)));
      answers.add(text(device.put("0".repeat(32), Answers.vector(1))));
      answers.add(text(device.put("1".repeat(32), Answers.vector(2))));
      for (String secret : secrets) {
        for (String path :
            List.of("/api/v1/tasks", "/v1/rounds/x.1/result", "/v1/models/" + secret)) {
          answers.add(
              text(
                  coordinator.send(
                      HttpRequest.newBuilder(coordinator.uri(path))
                          .header("Authorization", "Bearer " + secret + "x")
                          .build())));
        }
        answers.add(
            text(
                coordinator.asAdmin(
                    "POST", "/api/v1/tokens", "{\"population\":\"" + secret + "\"}")));
        answers.add(
            text(
                coordinator.send(
                    HttpRequest.newBuilder(coordinator.uri("/v1/check-ins"))
                        .header("Authorization", "Basic " + secret)
                        .POST(BodyPublishers.ofString(secret))
                        .build())));
      }
      answers.add(
          text(coordinator.send(HttpRequest.newBuilder(coordinator.uri("/metrics")).build())));
    } finally {
      ours.detachAppender(kept);
      ours.setLevel(before);
    }
    assertThat(kept.lines).isNotEmpty();
    for (String secret : secrets) {
      assertThat(kept.lines).noneMatch(line -> line.contains(secret));
      assertThat(answers).noneMatch(answer -> answer.contains(secret));
      assertThat(filesWith(folder, secret))
          .allMatch(file -> file.endsWith(folder.resolve("admin-token")));
    }
  }

  private static List<Path> filesWith(Path folder, String secret) throws Exception {
    try (Stream<Path> files = Files.walk(folder)) {
      List<Path> found = new ArrayList<>();
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(secret)) {
          found.add(file);
        }
      }
      return found;
    }
  }

  private static String text(HttpResponse<byte[]> answer) {
    return new String(answer.body(), StandardCharsets.UTF_8);
  }
}
