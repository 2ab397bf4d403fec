package dev.tributary.simulations.bench.fuzz;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Reads answers of HTTP/1.1 (RFC 9112) off a connection, one after the other, and takes nothing
 * that is not one. One thread.
 */
final class AnswerReader {

  private static final int LONGEST_LINE = 64 * 1024;

  private final InputStream in;

  AnswerReader(InputStream in) {
    this.in = new BufferedInputStream(in, 64 * 1024);
  }

  /** What came is no answer of HTTP. */
  static final class NotHttpException extends IOException {
    private static final long serialVersionUID = 1L;

    NotHttpException(String message) {
      super(message);
    }
  }

  /**
   * The next answer that is not an interim one (1xx, but 101).
   *
   * @param toHead whether it answers HEAD, and so has no body whatever its headers say
   * @return empty when the connection has ended instead
   * @throws EOFException when it ended within an answer
   * @throws NotHttpException when what came is no answer
   */
  Optional<RawAnswer> next(boolean toHead) throws IOException {
    while (true) {
      Optional<String> line = line();
      if (line.isEmpty()) {
        return Optional.empty();
      }
      int status = status(line.get());
      Map<String, String> headers = headers();
      if (status >= 200 || status == 101) {
        return Optional.of(answer(status, headers, toHead));
      }
    }
  }

  private static int status(String line) throws NotHttpException {
    if (!line.matches("HTTP/1\\.[01] [1-9][0-9]{2}( .*)?")) {
      throw new NotHttpException(
          "expected a status line, found '" + line.substring(0, Math.min(60, line.length())) + "'");
    }
    return Integer.parseInt(line, 9, 12, 10);
  }

  private Map<String, String> headers() throws IOException {
    Map<String, String> headers = new HashMap<>();
    while (true) {
      String line = line().orElseThrow(() -> new EOFException("within the headers"));
      if (line.isEmpty()) {
        return headers;
      }
      int colon = line.indexOf(':');
      if (colon < 1) {
        throw new NotHttpException("expected a header, found '" + line + "'");
      }
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
  }

  private RawAnswer answer(int status, Map<String, String> headers, boolean toHead)
      throws IOException {
    boolean goesOn = !headers.getOrDefault("connection", "").equalsIgnoreCase("close");
    boolean stream = headers.getOrDefault("content-type", "").startsWith("text/event-stream");
    if (toHead || status == 204 || status == 304 || status == 101 || stream) {
      return new RawAnswer(status, headers, new byte[0], goesOn && !stream && status != 101);
    }
    if (headers.getOrDefault("transfer-encoding", "").equalsIgnoreCase("chunked")) {
      return new RawAnswer(status, headers, chunks(), goesOn);
    }
    String length = headers.get("content-length");
    if (length == null) {
      return new RawAnswer(status, headers, in.readAllBytes(), false);
    }
    return new RawAnswer(status, headers, exactly(Integer.parseInt(length)), goesOn);
  }

  private byte[] chunks() throws IOException {
    var body = new ByteArrayOutputStream();
    while (true) {
      String size = line().orElseThrow(() -> new EOFException("within the chunks"));
      int bytes = Integer.parseInt(size.split(";", 2)[0].strip(), 16);
      if (bytes == 0) {
        String trailer = line().orElse("");
        while (!trailer.isEmpty()) {
          trailer = line().orElse("");
        }
        return body.toByteArray();
      }
      body.writeBytes(exactly(bytes));
      line();
    }
  }

  private byte[] exactly(int bytes) throws IOException {
    byte[] body = in.readNBytes(bytes);
    if (body.length < bytes) {
      throw new EOFException("within a body, at byte " + body.length + " of " + bytes);
    }
    return body;
  }

  /** Without its end; empty when the connection has ended before it began. */
  private Optional<String> line() throws IOException {
    var line = new ByteArrayOutputStream(80);
    for (int next = in.read(); ; next = in.read()) {
      if (next < 0) {
        if (line.size() == 0) {
          return Optional.empty();
        }
        throw new EOFException("within a line");
      }
      if (next == '\n') {
        String text = line.toString(StandardCharsets.ISO_8859_1);
        return Optional.of(text.endsWith("\r") ? text.substring(0, text.length() - 1) : text);
      }
      line.write(next);
      if (line.size() > LONGEST_LINE) {
        throw new NotHttpException("a line of more than " + LONGEST_LINE + " bytes");
      }
    }
  }
}
