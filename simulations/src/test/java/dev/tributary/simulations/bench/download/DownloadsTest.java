package dev.tributary.simulations.bench.download;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A figure counts only what came whole and was not refused. */
@Timeout(60)
final class DownloadsTest {

  private static final int BYTES = 100_000;

  private final Queue<String> askedBy = new ConcurrentLinkedQueue<>();
  private HttpServer server;

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/file", exchange -> answer(exchange, 200));
    server.createContext("/refused", exchange -> answer(exchange, 404));
    server.start();
  }

  private void answer(HttpExchange exchange, int status) throws IOException {
    askedBy.add(exchange.getRequestHeaders().getFirst("Device"));
    exchange.sendResponseHeaders(status, BYTES);
    exchange.getResponseBody().write(new byte[BYTES]);
    exchange.close();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private Downloads of(long bytes) {
    InetSocketAddress address = server.getAddress();
    return new Downloads(
        URI.create("http://" + address.getAddress().getHostAddress() + ":" + address.getPort()),
        bytes);
  }

  @Test
  void eachDevice_fetchesTheWholeFile_asItself() throws IOException {
    assertThat(of(BYTES).run("/file", List.of("Device: a", "Device: b", "Device: c"))).isPositive();
    assertThat(askedBy).containsExactlyInAnyOrder("a", "b", "c");
  }

  @Test
  void refusal_isNoDownload() {
    assertThatThrownBy(() -> of(BYTES).run("/refused", List.of("Device: a")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("expected 200 with " + BYTES + " bytes, got http/1.1 404");
  }

  @Test
  void anotherLength_isNoDownload() {
    assertThatThrownBy(() -> of(BYTES + 1).run("/file", List.of("Device: a")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("expected 200 with " + (BYTES + 1) + " bytes");
  }
}
