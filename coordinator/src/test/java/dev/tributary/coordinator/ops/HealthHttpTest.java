package dev.tributary.coordinator.ops;

import static dev.tributary.coordinator.ops.Answers.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.coordinator.store.StoreException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Ready says what is so, and a coordinator that cannot write any more stops. */
@Timeout(60)
final class HealthHttpTest {

  @TempDir private Path folder;
  private final CountDownLatch closing = new CountDownLatch(1);
  private RunningCoordinator coordinator;

  @BeforeEach
  void start() {
    coordinator = RunningCoordinator.start(folder);
    coordinator.desks.holdClose = closing;
  }

  @Test
  void coordinatorThatCloses_isLive_butNotReady() throws Exception {
    assertThat(ready().statusCode()).isEqualTo(200);
    var closed = coordinator.coordinator.close();

    HttpResponse<byte[]> answer = ready();

    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(text(answer)).contains("stopping");
    closing.countDown();
    closed.await();
    coordinator.coordinator.stopped().await();
    coordinator.close();
  }

  @Test
  void storeThatLostACommit_isNotReady_andStopsTheCoordinator() throws Exception {
    coordinator.desks.breakStore();

    HttpResponse<byte[]> answer = ready();

    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(text(answer)).contains("failed commit");
    closing.countDown();
    var stopped = coordinator.coordinator.stopped().toCompletionStage().toCompletableFuture();
    assertThatThrownBy(() -> stopped.get(30, TimeUnit.SECONDS))
        .hasCauseInstanceOf(StoreException.class)
        .hasMessageContaining("restart");
    coordinator.close();
    RunningCoordinator.start(folder).close(); // what was committed is there, and the folder free
  }

  private HttpResponse<byte[]> ready() throws Exception {
    return coordinator.send(HttpRequest.newBuilder(coordinator.uri("/health/ready")).build());
  }
}
