package dev.tributary.simulations.bench.download;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Many downloads at once over connections of their own, by one thread that throws away what comes:
 * as little work as a client can do, so that the server is what is measured.
 */
final class Downloads {
  private static final int BUFFER_BYTES = 1 << 20;
  private static final int LONGEST_HEAD_BYTES = 8192;
  private static final int STALL_MILLIS = 60_000;

  private final URI server;
  private final long bodyBytes;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);

  /** One connection: what is left to send, then the head of the answer, then the body's bytes. */
  private static final class Download {
    private final ByteBuffer request;
    private final StringBuilder head = new StringBuilder();
    private boolean inBody;
    private long received;

    Download(byte[] request) {
      this.request = ByteBuffer.wrap(request);
    }
  }

  /**
   * @param bodyBytes that each answer must have
   */
  Downloads(URI server, long bodyBytes) {
    this.server = server;
    this.bodyBytes = bodyBytes;
  }

  /**
   * Opens a connection for each header, then asks on all of them at once.
   *
   * @param path of every request
   * @param headers one line for each download, such as {@code Authorization: Bearer TOKEN}
   * @return seconds from the first request to the last byte
   * @throws IOException when an answer is not 200, has another length, or nothing comes for a
   *     minute
   */
  double run(String path, List<String> headers) throws IOException {
    try (Selector selector = Selector.open()) {
      List<SocketChannel> channels = new ArrayList<>();
      try {
        for (String header : headers) {
          var channel =
              SocketChannel.open(new InetSocketAddress(server.getHost(), server.getPort()));
          channels.add(channel);
          channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
          channel.configureBlocking(false);
          String request =
              "GET "
                  + path
                  + " HTTP/1.1\r\nHost: "
                  + server.getHost()
                  + "\r\n"
                  + header
                  + "\r\n\r\n";
          channel.register(
              selector,
              SelectionKey.OP_WRITE,
              new Download(request.getBytes(StandardCharsets.US_ASCII)));
        }
        return receive(selector, headers.size());
      } finally {
        for (SocketChannel channel : channels) {
          channel.close();
        }
      }
    }
  }

  private double receive(Selector selector, int count) throws IOException {
    int done = 0;
    long startedNanos = System.nanoTime();
    while (done < count) {
      if (selector.select(STALL_MILLIS) == 0) {
        throw new IOException((count - done) + " downloads of " + count + " do not go on");
      }
      for (SelectionKey key : selector.selectedKeys()) {
        if (advance(key)) {
          key.cancel();
          done++;
        }
      }
      selector.selectedKeys().clear();
    }
    return (System.nanoTime() - startedNanos) / 1e9;
  }

  /** Whether the download is complete. */
  private boolean advance(SelectionKey key) throws IOException {
    SocketChannel channel = (SocketChannel) key.channel();
    Download download = (Download) key.attachment();
    if (key.isWritable()) {
      channel.write(download.request);
      if (!download.request.hasRemaining()) {
        key.interestOps(SelectionKey.OP_READ);
      }
      return false;
    }
    buffer.clear();
    int read = channel.read(buffer);
    if (read < 0) {
      throw new IOException("a download ended after " + download.received + " bytes");
    }
    buffer.flip();
    if (!download.inBody) {
      skipHead(download);
    }
    download.received += buffer.remaining();
    if (download.received > bodyBytes) {
      throw new IOException("more than " + bodyBytes + " bytes came");
    }
    return download.inBody && download.received == bodyBytes;
  }

  private void skipHead(Download download) throws IOException {
    while (buffer.hasRemaining() && !download.inBody) {
      download.head.append((char) buffer.get());
      int length = download.head.length();
      if (length > LONGEST_HEAD_BYTES) {
        throw new IOException("the head of an answer does not end");
      }
      if (length >= 4 && download.head.substring(length - 4).equals("\r\n\r\n")) {
        download.inBody = true;
        String head = download.head.toString().toLowerCase(Locale.ROOT);
        if (!head.startsWith("http/1.1 200")
            || !head.contains("content-length: " + bodyBytes + "\r\n")) {
          throw new IOException(
              "expected 200 with "
                  + bodyBytes
                  + " bytes, got "
                  + head.lines().findFirst().orElse(""));
        }
      }
    }
  }
}
