package dev.tributary.coordinator.ops;

import static dev.tributary.coordinator.ops.Answers.text;
import static dev.tributary.coordinator.ops.Answers.vector;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.aggregation.protocol.RoundKind;
import dev.tributary.aggregation.quantize.QuantizationParameters;
import dev.tributary.coordinator.schedule.RoundProgress;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Interrupted uploads keep nobody else out, and are gone with their round. */
@Timeout(60)
final class StageRoomHttpTest {

  private static final String ID = "00112233445566778899aabbccddeeff";
  private static final String OTHER_ID = "ffeeddccbbaa99887766554433221100";
  private static final QuantizationParameters LARGE =
      QuantizationParameters.forTraining(80_000, 16, Float.POSITIVE_INFINITY, 1f, 100, 40);
  private static final byte[] LARGE_VECTOR = new byte[(int) LARGE.packedBytes()];

  @TempDir private Path folder;

  @Test
  void interruptedUploads_occupyWhatArrived_andKeepNobodyOut() throws Exception {
    try (var coordinator =
        RunningCoordinator.start(folder, LARGE, "uploads.memoryBytes=131072")) { // two chunks
      TestDevice[] devices = new TestDevice[10];
      for (int i = 0; i < devices.length; i++) {
        devices[i] = coordinator.device();
        assertThat(part(coordinator, devices[i], ID, LARGE_VECTOR, 1).statusCode())
            .as("device %d", i)
            .isEqualTo(400);
      }
      assertThat(metrics(coordinator)).contains("tributary_stage_memory_bytes 10.0");
      assertThat(coordinator.device().put(ID, LARGE_VECTOR).statusCode()).isEqualTo(200);
      HttpRequest rest = devices[3].upload(ID, LARGE_VECTOR, 1).build();
      assertThat(coordinator.send(rest).statusCode()).isEqualTo(200);
      assertThat(coordinator.desks.sum.uploads()).isEqualTo(2);
    }
  }

  @Test
  void interruptedUploadsBeyondTheMemory_waitInFiles_andGoOnFromThere() throws Exception {
    int most = 60_000; // more than is kept in memory of a single chunk
    try (var coordinator = RunningCoordinator.start(folder, LARGE, "uploads.memoryBytes=65536")) {
      TestDevice device = coordinator.device();
      part(coordinator, device, ID, LARGE_VECTOR, most);
      assertThat(metrics(coordinator)).contains("tributary_stage_memory_bytes 0.0");
      assertThat(device.offset(ID).headers().firstValue("Upload-Offset"))
          .hasValue(Integer.toString(most));
      HttpRequest rest = device.upload(ID, LARGE_VECTOR, most).build();
      assertThat(coordinator.send(rest).statusCode()).isEqualTo(200);
      assertNothingStaged(coordinator);
    }
  }

  @Test
  void interruptedUploadWithRoomNowhere_isDropped() throws Exception {
    try (var coordinator =
        RunningCoordinator.start(
            folder, LARGE, "uploads.memoryBytes=65536", "uploads.fileBytes=0")) {
      TestDevice device = coordinator.device();
      part(coordinator, device, ID, LARGE_VECTOR, 60_000);
      assertThat(device.offset(ID).headers().firstValue("Upload-Offset")).hasValue("0");
      assertNothingStaged(coordinator);
    }
  }

  @Test
  void newUploadIdOfADevice_replacesItsInterruptedUpload() throws Exception {
    try (var coordinator = RunningCoordinator.start(folder)) {
      TestDevice device = coordinator.device();
      for (int i = 0; i < 20; i++) {
        part(coordinator, device, "%032x".formatted(i), vector(i), 50);
      }
      assertThat(metrics(coordinator))
          .contains("tributary_stage_uploads 1.0", "tributary_stage_memory_bytes 50.0");
      part(coordinator, device, OTHER_ID, vector(2), 60);
      assertThat(device.offset("%032x".formatted(19)).headers().firstValue("Upload-Offset"))
          .hasValue("0");
      HttpRequest rest = device.upload(OTHER_ID, vector(2), 60).build();
      assertThat(coordinator.send(rest).statusCode()).isEqualTo(200);
      assertNothingStaged(coordinator);
    }
  }

  @Test
  void interruptedUploads_areGoneWithTheirRound() throws Exception {
    try (var coordinator = RunningCoordinator.start(folder)) {
      part(coordinator, coordinator.device(), ID, vector(1), 50);
      part(coordinator, coordinator.device(), ID, vector(2), 60);
      coordinator.desks.tell(progress(false));
      assertThat(metrics(coordinator)).contains("tributary_stage_uploads 2.0");
      coordinator.desks.tell(progress(true));
      assertNothingStaged(coordinator);
    }
  }

  private static RoundProgress progress(boolean ended) {
    return new RoundProgress(
        FixtureDesks.ROUND,
        RoundKind.TRAINING,
        Instant.EPOCH,
        ended ? "Published" : "Collecting",
        ended,
        3,
        2,
        0,
        3,
        2,
        Optional.empty(),
        Instant.EPOCH,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        "");
  }

  private static HttpResponse<byte[]> part(
      RunningCoordinator coordinator, TestDevice device, String id, byte[] vector, int bytes)
      throws IOException, InterruptedException {
    return coordinator.send(
        device.upload(id, vector, 0).PUT(BodyPublishers.ofByteArray(vector, 0, bytes)).build());
  }

  private static String metrics(RunningCoordinator coordinator)
      throws IOException, InterruptedException {
    return text(coordinator.send(HttpRequest.newBuilder(coordinator.uri("/metrics")).build()));
  }

  private void assertNothingStaged(RunningCoordinator coordinator) throws Exception {
    assertThat(metrics(coordinator))
        .contains(
            "tributary_stage_uploads 0.0",
            "tributary_stage_memory_bytes 0.0",
            "tributary_stage_files_bytes 0.0");
    try (Stream<Path> files = Files.list(folder.resolve("stage"))) {
      assertThat(files).isEmpty();
    }
  }
}
