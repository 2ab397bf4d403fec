package dev.tributary.coordinator.ops;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.aggregation.protocol.RoundKind;
import dev.tributary.coordinator.schedule.OperatorDesk.TaskView;
import dev.tributary.coordinator.schedule.RoundProgress;
import dev.tributary.coordinator.schedule.TaskConfig;
import dev.tributary.coordinator.store.TaskStatus;
import io.vertx.core.Future;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Server-sent events over real HTTP. */
@Timeout(60)
final class EventStreamHttpTest {

  @Test
  void events_arriveInOrder_ofTheTaskAskedForOnly_andAListenerThatLeavesIsForgotten(
      @TempDir Path folder) throws Exception {
    try (RunningCoordinator coordinator = RunningCoordinator.start(folder)) {
      int before = coordinator.desks.listenerCount();
      HttpResponse<InputStream> stream =
          coordinator.http.send(
              HttpRequest.newBuilder(coordinator.uri("/api/v1/events?task=digits"))
                  .header("Authorization", "Bearer " + coordinator.adminToken())
                  .build(),
              BodyHandlers.ofInputStream());
      assertThat(stream.headers().firstValue("Content-Type")).hasValue("text/event-stream");
      assertThat(coordinator.desks.listenerCount()).isEqualTo(before + 1);
      coordinator.desks.tell(progress("digits.1", "Enrolling"));
      coordinator.desks.tell(progress("letters.1", "Enrolling"));
      coordinator.desks.tell(progress("digits.1", "Collecting"));
      try (InputStream body = stream.body()) {
        assertThat(nextEvent(body).path("state").asText()).isEqualTo("Enrolling");
        JsonNode second = nextEvent(body);
        assertThat(second.path("round").asText()).isEqualTo("digits.1");
        assertThat(second.path("state").asText()).isEqualTo("Collecting");
      }
      until(
          () -> {
            coordinator.desks.tell(
                progress("digits.1", "Collecting")); // a write finds out that nobody listens
            return coordinator.desks.listenerCount() == before;
          });
    }
  }

  @Test
  void events_beginWithEveryOpenRound_ofTheTaskAskedFor(@TempDir Path folder) throws Exception {
    try (RunningCoordinator coordinator = RunningCoordinator.start(folder)) {
      coordinator.desks.tasks =
          List.of(
              task("digits", progress("digits.7", "Unmasking"), progress("digits.8", "Enrolling")),
              task("letters", progress("letters.1", "Collecting")));
      HttpResponse<InputStream> stream =
          coordinator.http.send(
              HttpRequest.newBuilder(coordinator.uri("/api/v1/events?task=digits"))
                  .header("Authorization", "Bearer " + coordinator.adminToken())
                  .build(),
              BodyHandlers.ofInputStream());
      try (InputStream body = stream.body()) {
        assertThat(nextEvent(body).path("round").asText()).isEqualTo("digits.7");
        assertThat(nextEvent(body).path("round").asText()).isEqualTo("digits.8");
        coordinator.desks.tell(progress("digits.8", "Collecting"));
        assertThat(nextEvent(body).path("state").asText()).isEqualTo("Collecting");
      }
    }
  }

  /** Its row is read, then it ends: whoever listened only afterwards would wait for ever. */
  @Test
  @Timeout(60)
  void roundThatEndsWhileItsStateIsRead_endsItsStream(@TempDir Path folder) throws Exception {
    try (RunningCoordinator coordinator = RunningCoordinator.start(folder)) {
      coordinator.desks.rounds =
          id -> {
            coordinator.desks.tell(progress("digits.1", "Published", true));
            return Future.succeededFuture(progress("digits.1", "Unmasking"));
          };
      HttpResponse<InputStream> stream =
          coordinator.http.send(
              HttpRequest.newBuilder(coordinator.uri("/api/v1/rounds/digits.1/events"))
                  .header("Authorization", "Bearer " + coordinator.adminToken())
                  .build(),
              BodyHandlers.ofInputStream());
      try (InputStream body = stream.body()) {
        assertThat(nextEvent(body).path("state").asText()).isEqualTo("Unmasking");
        assertThat(nextEvent(body).path("state").asText()).isEqualTo("Published");
        assertThat(new String(body.readAllBytes(), StandardCharsets.UTF_8)).isBlank();
      }
    }
  }

  private static TaskView task(String name, RoundProgress... running) {
    var config =
        TaskConfig.parse(
            "{name: "
                + name
                + ", population: pens, kind: evaluation, evaluates: other, cohort: {target: 1},"
                + " protocol: plain}");
    return new TaskView(
        config,
        TaskStatus.RUNNING,
        "created",
        Instant.EPOCH,
        Instant.EPOCH,
        0,
        running.length,
        Optional.empty(),
        List.of(running));
  }

  private static JsonNode nextEvent(InputStream body) throws Exception {
    StringBuilder line = new StringBuilder();
    while (true) {
      int next = body.read();
      assertThat(next).as("the stream goes on").isNotNegative();
      if (next != '\n') {
        line.append((char) next);
      } else if (line.toString().startsWith("data: ")) {
        return new ObjectMapper()
            .readTree(line.substring("data: ".length()).getBytes(StandardCharsets.ISO_8859_1));
      } else {
        line.setLength(0);
      }
    }
  }

  private static RoundProgress progress(String round, String state) {
    return progress(round, state, false);
  }

  private static RoundProgress progress(String round, String state, boolean ended) {
    return new RoundProgress(
        RoundId.of(round),
        RoundKind.TRAINING,
        Instant.EPOCH,
        state,
        ended,
        1,
        0,
        0,
        2,
        1,
        Optional.empty(),
        Instant.EPOCH,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        "");
  }

  private static void until(BooleanSupplier condition) {
    long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime())
          .as("condition still false after 20 s")
          .isLessThan(deadlineNanos);
      Thread.onSpinWait();
    }
  }
}
