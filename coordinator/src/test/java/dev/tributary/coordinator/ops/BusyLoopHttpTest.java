package dev.tributary.coordinator.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * An event loop that is kept from running for longer than its connections have time: what clients
 * sent meanwhile is answered, not cut off.
 */
@Timeout(60)
final class BusyLoopHttpTest {

  private static final int DEADLINE_MILLIS = 300;
  private static final int BUSY_MILLIS = 5 * DEADLINE_MILLIS;
  private static final String REQUEST = "GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n";

  @Test
  void requestsSentWhileTheLoopIsBusy_areAnswered_onOldConnectionsAndNew(@TempDir Path folder)
      throws Exception {
    try (var coordinator =
        RunningCoordinator.start(
            folder,
            "listen.eventLoops=1",
            "requests.headMillis=" + DEADLINE_MILLIS,
            "requests.idleMillis=" + DEADLINE_MILLIS)) {
      TestDevice device = coordinator.device();
      CountDownLatch busy = new CountDownLatch(1);
      try (Socket holder = open(coordinator);
          Socket old = open(coordinator)) {
        write(old, REQUEST);
        assertThat(old.getInputStream().read()).isEqualTo('H');
        coordinator.desks.holdLoop = busy;
        write(
            holder,
            "GET /v1/rounds/digits.1/result HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
                + device.session
                + "\r\n\r\n");
        assertThat(coordinator.desks.loopHeld.await(30, TimeUnit.SECONDS)).isTrue();
        try (Socket fresh = open(coordinator)) {
          write(fresh, REQUEST);
          write(old, REQUEST);
          fresh.setSoTimeout(BUSY_MILLIS);
          assertThatThrownBy(() -> fresh.getInputStream().read())
              .as("the loop is busy")
              .isInstanceOf(SocketTimeoutException.class);
          busy.countDown();
          fresh.setSoTimeout(30_000);
          assertThat(fresh.getInputStream().read()).as("the new connection").isEqualTo('H');
          assertThat(twoAnswers(old)).as("the old connection").isTrue();
        }
      } finally {
        busy.countDown();
      }
    }
  }

  /** Reads on until the status line of a second answer. */
  private static boolean twoAnswers(Socket socket) throws IOException {
    socket.setSoTimeout(30_000);
    StringBuilder text = new StringBuilder();
    while (!text.toString().contains("HTTP/1.1 200")) {
      int next = socket.getInputStream().read();
      if (next < 0) {
        return false;
      }
      text.append((char) next);
    }
    return true;
  }

  private static void write(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static Socket open(RunningCoordinator coordinator) throws IOException {
    return new Socket(Objects.requireNonNull(InetAddress.getLoopbackAddress()), coordinator.port());
  }
}
