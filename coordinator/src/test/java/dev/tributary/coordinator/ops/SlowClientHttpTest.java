package dev.tributary.coordinator.ops;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.aggregation.model.ModelDigest;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clients that hold a connection without getting on with it are cut off, also those that send a
 * byte now and then.
 */
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SlowClientHttpTest {

  private static final Duration CUT_OFF_BY = Duration.ofSeconds(15);

  private static final int RST_STREAM = 3;

  private Path folder;
  private RunningCoordinator coordinator;
  private TestDevice device;

  @BeforeAll
  void start(@TempDir Path temporary) throws Exception {
    folder = temporary;
    coordinator =
        RunningCoordinator.start(
            folder.resolve("state"),
            "requests.headMillis=500",
            "requests.bodyMillis=500",
            "requests.idleMillis=500",
            "requests.slowStartMillis=500",
            "requests.slowestBytesPerSecond=100000000");
    device = coordinator.device();
  }

  @AfterAll
  void stop() {
    coordinator.close();
  }

  @Test
  void connectionThatSendsNothing_isClosed() throws Exception {
    assertThat(answerTo("", "")).isEmpty();
  }

  @Test
  void headersThatDribble_areCutOff() throws Exception {
    assertThat(answerTo("GET /health/live HTTP/1.1\r\nX: ", "a")).isEmpty();
  }

  @Test
  void secondRequestThatDribbles_isCutOffToo() throws Exception {
    assertThat(answerTo("GET /health/live HTTP/1.1\r\nHost: x\r\n\r\nGET /hea", "l"))
        .startsWith("HTTP/1.1 200 ");
  }

  @Test
  void messageThatDribbles_is408() throws Exception {
    String answer =
        answerTo(
            "POST /v1/challenges HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-protobuf\r\nContent-Length: 1000\r\n\r\n",
            "a");
    assertThat(answer).startsWith("HTTP/1.1 408 ").contains("body-incomplete");
  }

  @Test
  void uploadThatDribbles_is408_andCanBeResumed() throws Exception {
    String id = "11112222333344445555666677778888";
    byte[] vector = Answers.vector(1);
    String head =
        "PUT /v1/rounds/digits.1/uploads/"
            + id
            + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
            + device.session
            + "\r\nContent-Length: 103\r\nUpload-Length: 103\r\nRepr-Digest: "
            + TestDevice.digest(vector)
            + "\r\n\r\n"
            + new String(vector, 0, 10, StandardCharsets.ISO_8859_1);
    assertThat(answerTo(head, "")).startsWith("HTTP/1.1 408 ").contains("Upload-Offset: 10");
    assertThat(coordinator.send(device.upload(id, vector, 10).build()).statusCode()).isEqualTo(200);
  }

  @Test
  void clientThatDoesNotReadItsModel_isCutOff() throws Exception {
    int bytes = 64 << 20; // more than the sockets' buffers
    Path file = Files.write(folder.resolve("model"), new byte[bytes]);
    ModelDigest digest = new ModelDigest("ab".repeat(32));
    coordinator.desks.models.put(digest, file);
    try (Socket socket = open()) {
      socket
          .getOutputStream()
          .write(
              ("GET /v1/models/"
                      + digest
                      + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
                      + device.session
                      + "\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      awaitNoConnectionBut(1);
      assertThat(bytesUntilTheEnd(socket)).isLessThan(bytes);
    }
  }

  @Test
  void clientThatAsksAndAsks_andReadsNothing_isCutOff() throws Exception {
    byte[] requests =
        "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n".repeat(1000).getBytes(StandardCharsets.US_ASCII);
    try (Socket socket = open()) {
      OutputStream out = socket.getOutputStream();
      Thread writer =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      while (true) {
                        out.write(requests);
                      }
                    } catch (IOException closed) {
                      return;
                    }
                  });
      assertThat(writer.join(CUT_OFF_BY)).as("cut off within %s", CUT_OFF_BY).isTrue();
    }
  }

  private static long bytesUntilTheEnd(Socket socket) throws IOException {
    long bytes = 0;
    try {
      while (socket.getInputStream().read() >= 0) {
        bytes += 1 + socket.getInputStream().skip(1 << 16);
      }
    } catch (java.net.SocketException reset) {
      return bytes;
    }
    return bytes;
  }

  /** Waits until the coordinator has at most so many connections, among them the one that asks. */
  private void awaitNoConnectionBut(int count) throws Exception {
    long startedNanos = System.nanoTime();
    while (connections() > count) {
      assertThat(System.nanoTime() - startedNanos)
          .as("cut off within %s", CUT_OFF_BY)
          .isLessThan(CUT_OFF_BY.toNanos());
    }
  }

  private double connections() throws Exception {
    return Answers.text(
            coordinator.send(HttpRequest.newBuilder(coordinator.uri("/metrics")).build()))
        .lines()
        .filter(line -> line.startsWith("tributary_connections "))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  @Test
  void http2ClientThatTakesNoBytes_losesItsStream() throws Exception {
    try (Socket socket = open()) {
      socket.setSoTimeout((int) CUT_OFF_BY.toMillis());
      OutputStream out = socket.getOutputStream();
      out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      // SETTINGS: SETTINGS_INITIAL_WINDOW_SIZE 0 (RFC 9113, section 6.5.2)
      out.write(new byte[] {0, 0, 6, 4, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0});
      // HEADERS of stream 1, whole: GET, http, a literal :path and :authority (RFC 7541, section 6)
      out.write(new byte[] {0, 0, 15, 1, 5, 0, 0, 0, 1, (byte) 0x82, (byte) 0x86, 4, 8});
      out.write("/metrics".getBytes(StandardCharsets.US_ASCII));
      out.write(new byte[] {1, 1, 'x'});
      out.flush();
      assertThat(firstFrame(new DataInputStream(socket.getInputStream()), RST_STREAM))
          .as("the stream is reset within %s", CUT_OFF_BY)
          .isTrue();
    }
  }

  /** Reads frames until one of this type; false when the connection ends before. */
  private static boolean firstFrame(DataInputStream in, int type) throws IOException {
    while (true) {
      int head;
      try {
        head = in.readInt(); // 24 bits of length, 8 of type
      } catch (EOFException e) {
        return false;
      }
      in.readFully(new byte[5 + (head >>> 8)]);
      if ((head & 0xff) == type) {
        return true;
      }
    }
  }

  @Test
  void healthyClients_areServedWhileManyIdle() throws Exception {
    Socket[] idle = new Socket[200];
    try {
      for (int i = 0; i < idle.length; i++) {
        idle[i] = open();
      }
      assertThat(device.get("/v1/rounds/digits.1/result").statusCode()).isEqualTo(200);
    } finally {
      for (Socket socket : idle) {
        if (socket != null) {
          socket.close();
        }
      }
    }
  }

  /**
   * Sends {@code first}, then {@code each} again and again, until the coordinator closes; gives
   * what it said.
   */
  private String answerTo(String first, String each) throws IOException {
    long startedNanos = System.nanoTime();
    StringBuilder said = new StringBuilder();
    try (Socket socket = open()) {
      socket.setSoTimeout(50);
      OutputStream out = socket.getOutputStream();
      InputStream in = socket.getInputStream();
      out.write(first.getBytes(StandardCharsets.ISO_8859_1));
      while (System.nanoTime() - startedNanos < CUT_OFF_BY.toNanos()) {
        try {
          int next = in.read();
          if (next < 0) {
            return said.toString();
          }
          said.append((char) next);
        } catch (java.net.SocketTimeoutException e) {
          out.write(each.getBytes(StandardCharsets.ISO_8859_1));
        } catch (IOException e) { // a reset is a way of closing too
          return said.toString();
        }
      }
    } catch (java.net.SocketException e) {
      return said.toString();
    }
    throw new AssertionError("still open after " + CUT_OFF_BY + "; it said: " + said);
  }

  private Socket open() throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), coordinator.port());
  }
}
