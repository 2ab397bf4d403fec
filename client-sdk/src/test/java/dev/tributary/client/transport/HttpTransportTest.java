package dev.tributary.client.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.client.testing.HttpReply;
import dev.tributary.client.testing.ScriptedServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class HttpTransportTest {

  private static final Duration SHORT = Duration.ofMillis(200);
  private static final Duration LONG = Duration.ofSeconds(20);

  private static final class Collector implements ResponseReceiver {
    final ByteArrayOutputStream body = new ByteArrayOutputStream();
    volatile int status;

    @Override
    public void started(ResponseHead head) {
      status = head.status();
    }

    @Override
    public synchronized void received(ByteBuffer chunk) {
      byte[] bytes = new byte[chunk.remaining()];
      chunk.get(bytes);
      body.writeBytes(bytes);
    }
  }

  private static TransportRequest get(Duration idle, Duration total) {
    return new TransportRequest("GET", "/x", Map.of("X-Test", "1"), RequestBody.EMPTY, idle, total);
  }

  @Test
  void request_arrivesWithMethodPathHeadersAndBody_andTheAnswerComesBack() throws Exception {
    try (var server =
            new ScriptedServer(
                call ->
                    HttpReply.of(
                        207,
                        Map.of("X-Answer", "yes"),
                        (call
                                + " "
                                + call.header("x-test").orElse("-")
                                + " "
                                + new String(call.body(), StandardCharsets.UTF_8))
                            .getBytes(StandardCharsets.UTF_8)));
        var transport = HttpTransport.to(server.uri())) {
      var answer = new Collector();
      transport.exchange(
          new TransportRequest(
              "PUT",
              "/a/b?c=1",
              Map.of("X-Test", "1"),
              RequestBody.from("skipped body".getBytes(StandardCharsets.UTF_8), 8),
              LONG,
              LONG),
          answer);
      assertThat(answer.status).isEqualTo(207);
      assertThat(answer.body.toString(StandardCharsets.UTF_8)).isEqualTo("PUT /a/b?c=1 1 body");
    }
  }

  @Test
  void bodyThatEndsBeforeItsLength_isAFault_notAShortBody() throws Exception {
    try (var server =
            new ScriptedServer(call -> HttpReply.truncated(200, Map.of(), new byte[50], 100));
        var transport = HttpTransport.to(server.uri())) {
      assertThatThrownBy(() -> transport.exchange(get(LONG, LONG), new Collector()))
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void silentServer_isGivenUpAfterTheIdleLimit() throws Exception {
    var never = new CountDownLatch(1);
    try (var server =
            new ScriptedServer(
                call -> {
                  never.await();
                  return HttpReply.lost();
                });
        var transport = HttpTransport.to(server.uri())) {
      assertThatThrownBy(() -> transport.exchange(get(SHORT, LONG), new Collector()))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("no byte moved for 200 ms");
    }
  }

  @Test
  void answerThatTrickles_isGivenUpAfterTheTotalLimit() throws Exception {
    try (var server =
            new ScriptedServer(
                call ->
                    out -> {
                      out.write(HttpReply.head(200, 1 << 20, Map.of()));
                      var pause = new CountDownLatch(1);
                      for (int i = 0; i < 1000; i++) {
                        out.write(1);
                        out.flush();
                        try {
                          if (pause.await(20, TimeUnit.MILLISECONDS)) {
                            return false;
                          }
                        } catch (InterruptedException over) {
                          return false;
                        }
                      }
                      return false;
                    });
        var transport = HttpTransport.to(server.uri())) {
      assertThatThrownBy(
              () -> transport.exchange(get(LONG, Duration.ofMillis(500)), new Collector()))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("time limit");
    }
  }

  @Test
  void uploadThatNobodyReads_isGivenUpAfterTheIdleLimit() throws Exception {
    var never = new CountDownLatch(1);
    try (var server =
            new ScriptedServer(
                call -> {
                  never.await();
                  return HttpReply.lost();
                });
        var transport = HttpTransport.to(server.uri())) {
      var request =
          new TransportRequest(
              "PUT",
              "/x",
              Map.of(),
              RequestBody.of(new byte[64 << 20]),
              Duration.ofMillis(500),
              LONG);
      assertThatThrownBy(() -> transport.exchange(request, new Collector()))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("no byte moved");
    }
  }

  @Test
  void receiverThatRefuses_endsTheExchange_andTheServerCannotGoOnSending() throws Exception {
    var received = new AtomicLong();
    try (var server = new ScriptedServer(call -> HttpReply.endless(200, Map.of(), 1L << 40));
        var transport = HttpTransport.to(server.uri())) {
      ResponseReceiver limited =
          new ResponseReceiver() {
            @Override
            public void started(ResponseHead head) {}

            @Override
            public void received(ByteBuffer chunk) throws IOException {
              if (received.addAndGet(chunk.remaining()) > 1 << 20) {
                throw new IOException("more than 1 MiB");
              }
            }
          };
      assertThatThrownBy(() -> transport.exchange(get(LONG, LONG), limited))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("more than 1 MiB");
      assertThat(received.get()).isLessThan(2 << 20);
    }
  }

  @Test
  void endlessHeaders_areRefused() throws Exception {
    try (var server =
            new ScriptedServer(
                call ->
                    out -> {
                      out.write("HTTP/1.1 200 x\r\n".getBytes(StandardCharsets.ISO_8859_1));
                      byte[] header =
                          ("X-Filler: " + "y".repeat(1000) + "\r\n")
                              .getBytes(StandardCharsets.ISO_8859_1);
                      for (int i = 0; i < 100_000; i++) {
                        out.write(header);
                      }
                      return false;
                    });
        var transport = HttpTransport.to(server.uri())) {
      assertThatThrownBy(() -> transport.exchange(get(LONG, LONG), new Collector()))
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void redirect_isNotFollowed_soThatTokensStayWithTheCoordinator() throws Exception {
    try (var elsewhere = new ScriptedServer(call -> HttpReply.of(200, Map.of(), new byte[0]));
        var server =
            new ScriptedServer(
                call ->
                    HttpReply.of(307, Map.of("Location", elsewhere.uri() + "/x"), new byte[0]));
        var transport = HttpTransport.to(server.uri())) {
      var answer = new Collector();
      transport.exchange(get(LONG, LONG), answer);
      assertThat(answer.status).isEqualTo(307);
      assertThat(elsewhere.calls()).isEmpty();
    }
  }

  /** What happens when the other end closes a kept connection just as it is used again. */
  @Test
  void keptConnectionThatClosesWithoutAByte_getsTheRequestOnceMoreAtOnce() throws Exception {
    var calls = new AtomicInteger();
    try (var server =
            new ScriptedServer(
                call ->
                    calls.incrementAndGet() == 2
                        ? HttpReply.lost()
                        : HttpReply.of(200, Map.of(), call.body()));
        var transport = HttpTransport.to(server.uri())) {
      transport.exchange(post("first"), new Collector());
      var answer = new Collector();
      transport.exchange(post("second"), answer);
      assertThat(answer.body.toString(StandardCharsets.UTF_8)).isEqualTo("second");
      assertThat(calls).hasValue(3);
    }
  }

  @Test
  void requestThatIsLostTwice_isAFault() throws Exception {
    var calls = new AtomicInteger();
    try (var server =
            new ScriptedServer(
                call ->
                    calls.incrementAndGet() > 1
                        ? HttpReply.lost()
                        : HttpReply.of(200, Map.of(), call.body()));
        var transport = HttpTransport.to(server.uri())) {
      transport.exchange(post("first"), new Collector());
      assertThatThrownBy(() -> transport.exchange(post("second"), new Collector()))
          .isInstanceOf(IOException.class);
      assertThat(calls).hasValue(3);
    }
  }

  @Test
  void firstRequestOfAll_hasNoOldConnection_andIsNotRepeated() throws Exception {
    var calls = new AtomicInteger();
    try (var server =
            new ScriptedServer(
                call -> {
                  calls.incrementAndGet();
                  return HttpReply.lost();
                });
        var transport = HttpTransport.to(server.uri())) {
      assertThatThrownBy(() -> transport.exchange(post("first"), new Collector()))
          .isInstanceOf(IOException.class);
      assertThat(calls).hasValue(1);
    }
  }

  @Test
  void answerThatBreaksOff_isNotAskedForAgain() throws Exception {
    var calls = new AtomicInteger();
    try (var server =
            new ScriptedServer(
                call ->
                    calls.incrementAndGet() > 1
                        ? HttpReply.truncated(200, Map.of(), new byte[5], 10)
                        : HttpReply.of(200, Map.of(), call.body()));
        var transport = HttpTransport.to(server.uri())) {
      transport.exchange(post("first"), new Collector());
      assertThatThrownBy(() -> transport.exchange(post("second"), new Collector()))
          .isInstanceOf(IOException.class);
      assertThat(calls).hasValue(2);
    }
  }

  private static TransportRequest post(String body) {
    return new TransportRequest(
        "POST", "/a", Map.of(), RequestBody.of(body.getBytes(StandardCharsets.UTF_8)), LONG, LONG);
  }

  @Test
  void nobodyListening_isAFaultThatNamesTheAddress() throws Exception {
    int freePort;
    try (var socket = new ServerSocket(0)) {
      freePort = socket.getLocalPort();
    }
    try (var transport = HttpTransport.to(URI.create("http://127.0.0.1:" + freePort))) {
      assertThatThrownBy(() -> transport.exchange(get(LONG, LONG), new Collector()))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(":" + freePort);
    }
  }

  @Test
  void interruptedCaller_stopsWaiting_andTheReceiverIsLeftAlone() throws Exception {
    var arrived = new CountDownLatch(1);
    var never = new CountDownLatch(1);
    try (var server =
            new ScriptedServer(
                call -> {
                  arrived.countDown();
                  never.await();
                  return HttpReply.lost();
                });
        var transport = HttpTransport.to(server.uri())) {
      var outcome = new AtomicReference<Throwable>();
      var caller =
          new Thread(
              () -> {
                try {
                  transport.exchange(get(LONG, LONG), new Collector());
                } catch (IOException | InterruptedException e) {
                  outcome.set(e);
                }
              });
      caller.start();
      arrived.await();
      caller.interrupt();
      caller.join();
      assertThat(outcome.get()).isInstanceOf(InterruptedException.class);
    }
  }

  @Test
  void closedTransport_refuses_andLeavesNoThread() throws Exception {
    Set<Thread> before = Thread.getAllStackTraces().keySet();
    try (var server = new ScriptedServer(call -> HttpReply.of(200, Map.of(), new byte[10]))) {
      var transport = HttpTransport.to(server.uri());
      transport.exchange(get(LONG, LONG), new Collector());
      transport.close();
      assertThatThrownBy(() -> transport.exchange(get(LONG, LONG), new Collector()))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("closed");
      assertThatCode(transport::close).doesNotThrowAnyException();
    }
    assertThat(clientThreadsLeft(before)).isEmpty();
  }

  /**
   * On Java 17 the JDK ends its selector thread once the client is collected; later versions end it
   * at once.
   */
  private static Set<Thread> clientThreadsLeft(Set<Thread> before) throws InterruptedException {
    Set<Thread> left = Set.of();
    for (int attempt = 0; attempt < 100; attempt++) {
      left =
          Thread.getAllStackTraces().keySet().stream()
              .filter(thread -> !before.contains(thread))
              .filter(
                  thread ->
                      thread.getName().startsWith("HttpClient-")
                          || thread.getName().startsWith("tributary-"))
              .collect(Collectors.toSet());
      if (left.isEmpty()) {
        return left;
      }
      System.gc();
      left.iterator().next().join(100);
    }
    return left;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ftp://host",
        "host:80",
        "http:///x",
        "https://user:secret@host",
        "https://host?x=1",
        "https://host#y"
      })
  void addressThatIsNoCoordinators_isRefused_withoutRepeatingSecrets(String address) {
    assertThatThrownBy(() -> HttpTransport.to(URI.create(address)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("secret");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://coordinator.example",
        "http://10.0.0.1:8080",
        "http://127.0.0.1.example.org"
      })
  void plaintextBeyondThisMachine_isRefused_unlessAskedForAsInsecure(String address) {
    assertThatThrownBy(() -> HttpTransport.to(URI.create(address)))
        .hasMessageContaining("use https");
    HttpTransport.insecurePlaintext(URI.create(address)).close();
  }
}
