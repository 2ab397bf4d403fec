package dev.tributary.simulations.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.tributary.security.Sha256;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is at the target is whole and right, or was there before, whatever a server sends. */
@Timeout(60)
class ExportCommandTest {

  private static final String VERSION = "5".repeat(64);
  private static final byte[] MODEL = "the model".getBytes(StandardCharsets.UTF_8);
  private static final String DIGEST = HexFormat.of().formatHex(Sha256.of(MODEL));

  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private HttpServer server;
  private byte[] sent = MODEL;
  private int announcedBytes = MODEL.length;

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/api/v1/models/" + VERSION + "/manifest",
        exchange -> answer(exchange, manifest(), manifest().length));
    server.createContext(
        "/api/v1/artifacts/" + DIGEST + "/file",
        exchange -> answer(exchange, sent, announcedBytes));
    server.start();
  }

  private static byte[] manifest() {
    return ("{\"artifacts\":[{\"kind\":\"int8\",\"digest\":\"" + DIGEST + "\"}]}")
        .getBytes(StandardCharsets.UTF_8);
  }

  private static void answer(HttpExchange exchange, byte[] body, int announced) throws IOException {
    exchange.sendResponseHeaders(200, announced);
    exchange.getResponseBody().write(body);
    exchange.getResponseBody().flush();
    exchange.close(); // with less than was announced the connection breaks
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private int export(Path target) {
    InetSocketAddress address = server.getAddress();
    return Tributary.run(
        new String[] {
          "model",
          "export",
          VERSION,
          "--kind",
          "int8",
          "--out",
          target.toString(),
          "--json",
          "--token",
          "A".repeat(43),
          "--coordinator",
          "http://" + address.getAddress().getHostAddress() + ":" + address.getPort()
        },
        new PrintWriter(out, true),
        new PrintWriter(err, true));
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }

  @Test
  void rightFile_takesThePlaceOfTheOneBefore_andNothingElseStays() throws IOException {
    Path target = Files.writeString(folder.resolve("model.safetensors"), "an older one");
    assertThat(export(target)).as(err.toString()).isZero();
    assertThat(target).hasBinaryContent(MODEL);
    assertThat(files()).containsExactly(target);
    assertThat(out.toString()).contains("\"bytes\":" + MODEL.length, DIGEST);
  }

  @Test
  void fileWithAnotherDigest_isRefused_andTheOneBeforeStays() throws IOException {
    sent = "no model!".getBytes(StandardCharsets.UTF_8);
    Path target = Files.writeString(folder.resolve("model.safetensors"), "an older one");
    assertThat(export(target)).isEqualTo(1);
    assertThat(err.toString()).contains(DIGEST, HexFormat.of().formatHex(Sha256.of(sent)));
    assertThat(target).hasContent("an older one");
    assertThat(files()).containsExactly(target);
  }

  @Test
  void fileThatBreaksOff_leavesNothing() throws IOException {
    announcedBytes = MODEL.length + 1;
    assertThat(export(folder.resolve("model.safetensors"))).isEqualTo(1);
    assertThat(err.toString()).contains("cannot be saved");
    assertThat(files()).isEmpty();
  }

  @Test
  void folderThatIsNotThere_isNamed() {
    assertThat(export(folder.resolve("none").resolve("model.safetensors"))).isEqualTo(1);
    assertThat(err.toString()).contains("none", "cannot be saved");
  }
}
