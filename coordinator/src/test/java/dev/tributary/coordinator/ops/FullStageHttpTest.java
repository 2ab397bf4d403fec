package dev.tributary.coordinator.ops;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.quantize.QuantizationParameters;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A coordinator whose stage has no room left for an upload. */
final class FullStageHttpTest {

  private static final String ID = "00112233445566778899aabbccddeeff";
  private static final QuantizationParameters LARGE =
      QuantizationParameters.forTraining(80_000, 16, Float.POSITIVE_INFINITY, 1f, 100, 4);
  private static final byte[] VECTOR = new byte[(int) LARGE.packedBytes()];

  @TempDir private Path folder;

  @Test
  void noRoom_is503WithATimeToComeBack_nothingIsKept_andRoomLetsItThrough() throws Exception {
    try (var full =
        RunningCoordinator.start(
            folder, LARGE, "uploads.memoryBytes=65536", "uploads.fileBytes=0")) {
      HttpResponse<byte[]> answer = full.device().put(ID, VECTOR);
      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(new String(answer.body(), StandardCharsets.UTF_8))
          .contains(RejectReason.STORAGE_FULL.code());
      assertThat(answer.headers().firstValue("Retry-After")).isPresent();
      assertThat(full.desks.sum.uploads()).isZero();
      try (Stream<Path> staged = Files.list(folder.resolve("stage"))) {
        assertThat(staged).isEmpty();
      }
    }
    try (var roomy = RunningCoordinator.start(folder, LARGE, "access.adminTokenFile=")) {
      assertThat(roomy.device().put(ID, VECTOR).statusCode()).isEqualTo(200);
      assertThat(roomy.desks.sum.uploads()).isEqualTo(1);
    }
  }
}
