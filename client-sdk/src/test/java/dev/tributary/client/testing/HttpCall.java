package dev.tributary.client.testing;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** One request as it arrived; its body is read only when, and as far as, a script asks for it. */
public final class HttpCall {

  private final String method;
  private final String path;
  private final Map<String, String> headers;
  private final InputStream in;
  private long unread;

  private HttpCall(String method, String path, Map<String, String> headers, InputStream in) {
    this.method = method;
    this.path = path;
    this.headers = headers;
    this.in = in;
    this.unread = Long.parseLong(headers.getOrDefault("content-length", "0"));
  }

  /** The next request of a connection; empty when the other end has closed it. */
  static Optional<HttpCall> read(InputStream in) throws IOException {
    String requestLine = line(in);
    if (requestLine.isEmpty()) {
      return Optional.empty();
    }
    Map<String, String> headers = new TreeMap<>();
    for (String header = line(in); !header.isEmpty(); header = line(in)) {
      int colon = header.indexOf(':');
      headers.put(
          header.substring(0, colon).toLowerCase(Locale.ROOT), header.substring(colon + 1).strip());
    }
    String[] words = requestLine.split(" ", 3);
    return Optional.of(new HttpCall(words[0], words[1], headers, in));
  }

  private static String line(InputStream in) throws IOException {
    var line = new ByteArrayOutputStream();
    for (int next = in.read(); next != '\n' && next >= 0; next = in.read()) {
      if (next != '\r') {
        line.write(next);
      }
    }
    return line.toString(StandardCharsets.ISO_8859_1);
  }

  public String method() {
    return method;
  }

  public String path() {
    return path;
  }

  public Optional<String> header(String lowerCaseName) {
    return Optional.ofNullable(headers.get(lowerCaseName));
  }

  /** The rest of the body. */
  public byte[] body() throws IOException {
    return body(unread);
  }

  /** The next bytes of the body. */
  public byte[] body(long bytes) throws IOException {
    byte[] part = in.readNBytes(Math.toIntExact(Math.min(bytes, unread)));
    if (part.length < Math.min(bytes, unread)) {
      throw new EOFException("the body broke off");
    }
    unread -= part.length;
    return part;
  }

  @Override
  public String toString() {
    return method + " " + path;
  }
}
