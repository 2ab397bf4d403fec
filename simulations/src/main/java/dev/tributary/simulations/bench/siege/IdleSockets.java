package dev.tributary.simulations.bench.siege;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Connections of which each third says nothing, stops within its headers, or stops within its body.
 * One thread.
 */
final class IdleSockets implements AutoCloseable {

  private static final List<String> BEGINNINGS =
      List.of(
          "",
          "GET /health/live HTTP/1.1\r\nHost: x\r\nX-Slow: ",
          "POST /v1/challenges HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-protobuf\r\n"
              + "Content-Length: 100\r\n\r\nabc");

  private final List<SocketChannel> sockets = new ArrayList<>();

  /** Opens them, one after the other. */
  static IdleSockets open(URI coordinator, int count) throws IOException {
    var all = new IdleSockets();
    try {
      for (int i = 0; i < count; i++) {
        SocketChannel socket =
            SocketChannel.open(new InetSocketAddress(coordinator.getHost(), coordinator.getPort()));
        all.sockets.add(socket);
        String beginning = BEGINNINGS.get(i % BEGINNINGS.size());
        socket.write(ByteBuffer.wrap(beginning.getBytes(StandardCharsets.US_ASCII)));
        socket.configureBlocking(false);
      }
      return all;
    } catch (IOException e) {
      all.close();
      throw e;
    }
  }

  /** Those that the coordinator has not closed yet; what it has answered is read and dropped. */
  int openCount() {
    int open = 0;
    for (SocketChannel socket : sockets) {
      open += isOpen(socket) ? 1 : 0;
    }
    return open;
  }

  private static boolean isOpen(SocketChannel socket) {
    ByteBuffer answer = ByteBuffer.allocate(4096);
    try {
      int read = socket.read(answer);
      while (read > 0) {
        read = socket.read(answer.clear());
      }
      return read == 0;
    } catch (IOException reset) {
      return false;
    }
  }

  @Override
  public void close() throws IOException {
    for (SocketChannel socket : sockets) {
      socket.close();
    }
  }
}
