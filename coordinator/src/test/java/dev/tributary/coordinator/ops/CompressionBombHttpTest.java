package dev.tributary.coordinator.ops;

import static dev.tributary.coordinator.ops.Answers.assertProblem;
import static dev.tributary.coordinator.ops.Answers.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.coordinator.http.Route;
import io.vertx.core.http.HttpMethod;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Bodies that would swell a thousandfold if anybody decompressed them, on every route that takes a
 * body: nobody does.
 */
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class CompressionBombHttpTest {

  private static final int SWOLLEN_BYTES = 64 << 20;

  /** Of all requests of a test together; one bomb alone would take as much as it swells to. */
  private static final long MOST_ALLOCATED_BYTES = SWOLLEN_BYTES / 2;

  private RunningCoordinator coordinator;
  private TestDevice device;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    coordinator = RunningCoordinator.start(folder);
    device = coordinator.device();
  }

  @AfterAll
  void stop() {
    coordinator.close();
  }

  @Test
  void bombs_areRefusedByTheirEncoding_onEveryRouteThatTakesABody() throws Exception {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    Map<String, byte[]> bombs =
        Map.of(
            "gzip", gzip(),
            "br", HexFormat.of().parseHex("5bffff7f0024c2f901f0ff0f"),
            "zstd", zstd(),
            "snappy", snappy());
    long before = threads.getTotalThreadAllocatedBytes();
    for (Route route : coordinator.coordinator.routes().routes()) {
      if (!route.method().equals(HttpMethod.POST) && !route.method().equals(HttpMethod.PUT)) {
        continue;
      }
      for (var bomb : bombs.entrySet()) {
        HttpResponse<byte[]> answer = send(route, bomb.getKey(), bomb.getValue());
        String name = route.method() + " " + route.path() + " " + bomb.getKey();
        if (takesABody(route)) {
          assertThat(answer.statusCode()).as(name).isEqualTo(415);
          assertProblem(answer, RejectReason.UNSUPPORTED_MEDIA_TYPE);
        } else {
          assertThat(answer.statusCode()).as("%s: %s", name, text(answer)).isBetween(400, 499);
        }
      }
    }
    assertThat(threads.getTotalThreadAllocatedBytes() - before)
        .as("bytes allocated")
        .isLessThan(MOST_ALLOCATED_BYTES);
  }

  @Test
  void bombsThatDoNotSayWhatTheyAre_areRubbish_orTooLarge() throws Exception {
    for (byte[] bomb : List.of(gzip(), zstd(), snappy())) {
      HttpRequest request =
          device
              .authorised(HttpRequest.newBuilder(coordinator.uri("/v1/check-ins")))
              .header("Content-Type", "application/x-protobuf")
              .POST(BodyPublishers.ofByteArray(bomb))
              .build();
      assertThat(coordinator.send(request).statusCode()).isIn(400, 413);
    }
  }

  /** What operators ask without a body ignores one. */
  private static boolean takesABody(Route route) {
    return Stream.of("/pause", "/resume", "/retrain").noneMatch(route.path()::endsWith);
  }

  private HttpResponse<byte[]> send(Route route, String encoding, byte[] body) throws Exception {
    boolean operators = route.path().startsWith("/api/");
    String path =
        route
            .path()
            .replace("{round}", "digits.1")
            .replace("{upload}", "0".repeat(32))
            .replace("{task}", "digits")
            .replace("{population}", "keyboards")
            .replace("{channel}", "stable")
            .replace("{digest}", "0".repeat(64))
            .replace("{kind}", "int8");
    return coordinator.send(
        HttpRequest.newBuilder(coordinator.uri(path))
            .header(
                "Authorization",
                "Bearer " + (operators ? coordinator.adminToken() : device.session))
            .header("Content-Type", operators ? "application/json" : "application/x-protobuf")
            .header("Content-Encoding", encoding)
            .method(route.method().name(), BodyPublishers.ofByteArray(body))
            .build());
  }

  private static byte[] gzip() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(bytes)) {
      byte[] zeros = new byte[1 << 16];
      for (int i = 0; i < SWOLLEN_BYTES / zeros.length; i++) {
        out.write(zeros);
      }
    }
    return bytes.toByteArray();
  }

  /** A frame of run-length blocks of 128 KiB each (RFC 8878, section 3.1.1.2). */
  private static byte[] zstd() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(new byte[] {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 0, 0x58});
    int block = 1 << 17;
    for (int left = SWOLLEN_BYTES / block; left > 0; left--) {
      int header = block << 3 | 1 << 1 | (left == 1 ? 1 : 0);
      bytes.writeBytes(
          new byte[] {(byte) header, (byte) (header >>> 8), (byte) (header >>> 16), 0});
    }
    return bytes.toByteArray();
  }

  /** One byte, and copies of 64 bytes each of what is one byte before. */
  private static byte[] snappy() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(new byte[] {(byte) 0x81, (byte) 0x80, (byte) 0x40, 0, 0}); // 1 MiB and 1 byte
    for (int i = 0; i < (1 << 20) / 64; i++) {
      bytes.writeBytes(new byte[] {(byte) 0xfe, 1, 0});
    }
    return bytes.toByteArray();
  }
}
