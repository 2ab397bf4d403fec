package dev.tributary.simulations.bench.fuzz;

import dev.tributary.simulations.bench.fuzz.mutate.RawRequest;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.time.Duration;
import java.util.Optional;

/** One connection to the coordinator; reading waits for a deadline and no longer. One thread. */
final class RawConnection implements AutoCloseable {

  private final Socket socket;
  private final AnswerReader reader;

  private RawConnection(Socket socket, AnswerReader reader) {
    this.socket = socket;
    this.reader = reader;
  }

  static RawConnection open(InetSocketAddress coordinator, Duration deadline) throws IOException {
    Socket socket = new Socket();
    try {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(Math.toIntExact(deadline.toMillis()));
      socket.connect(coordinator, Math.toIntExact(deadline.toMillis()));
      return new RawConnection(socket, new AnswerReader(socket.getInputStream()));
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  void send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
  }

  /** Tells the other end that nothing more comes. */
  void end() throws IOException {
    socket.shutdownOutput();
  }

  /** The answer to {@code request}, when all before it have been read. */
  Optional<RawAnswer> answerTo(RawRequest request) throws IOException {
    return reader.next(request.method().equals("HEAD"));
  }

  /** Closes without lingering: a hundred thousand connections leave no port waiting. */
  @Override
  public void close() throws IOException {
    try {
      socket.setOption(StandardSocketOptions.SO_LINGER, 0);
    } finally {
      socket.close();
    }
  }
}
