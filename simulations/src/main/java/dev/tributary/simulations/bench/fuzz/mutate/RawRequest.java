package dev.tributary.simulations.bench.fuzz.mutate;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A request of HTTP/1.1 in parts, none of which has to be right.
 *
 * @param target what stands between method and version: path and query, mostly
 * @param version such as HTTP/1.1
 * @param headers in order; {@code Host} and {@code Content-Length} are added to them on the wire
 *     unless one with that name is among them
 * @param body not written to; may be empty
 */
public record RawRequest(
    String method,
    String target,
    String version,
    List<Header> headers,
    byte[] body,
    Delivery delivery) {

  private static final String VERSION = "HTTP/1.1";

  /** A header as it is on the wire. */
  public record Header(String name, String value) {

    boolean isNamed(String other) {
      return name.equalsIgnoreCase(other);
    }
  }

  public RawRequest {
    headers = List.copyOf(headers);
  }

  /** A request as it should be. */
  public static RawRequest of(String method, String target, List<Header> headers, byte[] body) {
    return new RawRequest(method, target, VERSION, headers, body, Delivery.PIPELINED);
  }

  public boolean has(String header) {
    return headers.stream().anyMatch(known -> known.isNamed(header));
  }

  RawRequest withMethod(String other) {
    return new RawRequest(other, target, version, headers, body, delivery);
  }

  RawRequest withTarget(String other) {
    return new RawRequest(method, other, version, headers, body, delivery);
  }

  RawRequest withVersion(String other) {
    return new RawRequest(method, target, other, headers, body, delivery);
  }

  RawRequest withBody(byte[] other) {
    return new RawRequest(method, target, version, headers, other, delivery);
  }

  RawRequest withHeaders(List<Header> others) {
    return new RawRequest(method, target, version, others, body, delivery);
  }

  RawRequest delivered(Delivery atLeast) {
    return new RawRequest(method, target, version, headers, body, delivery.atLeast(atLeast));
  }

  /** With this header in the place of all of its name. */
  RawRequest with(String name, String value) {
    return without(name).adding(name, value);
  }

  RawRequest adding(String name, String value) {
    var more = new ArrayList<>(headers);
    more.add(new Header(name, value));
    return withHeaders(more);
  }

  RawRequest without(String name) {
    return withHeaders(headers.stream().filter(header -> !header.isNamed(name)).toList());
  }

  /** As it goes over the wire. Characters above 255 become question marks. */
  public byte[] bytes() {
    var head = new StringBuilder(256);
    head.append(method).append(' ').append(target).append(' ').append(version).append("\r\n");
    if (!has("Host")) {
      head.append("Host: localhost\r\n");
    }
    for (Header header : headers) {
      head.append(header.name()).append(": ").append(header.value()).append("\r\n");
    }
    boolean mayHaveBody = body.length > 0 || method.equals("POST") || method.equals("PUT");
    if (mayHaveBody && !has("Content-Length") && !has("Transfer-Encoding")) {
      head.append("Content-Length: ").append(body.length).append("\r\n");
    }
    head.append("\r\n");
    var out = new ByteArrayOutputStream(head.length() + body.length);
    out.writeBytes(head.toString().getBytes(StandardCharsets.ISO_8859_1));
    out.writeBytes(body);
    return out.toByteArray();
  }

  /** The beginning of it, for people: printable, without secrets but those of a test. */
  public String excerpt() {
    String text = new String(bytes(), StandardCharsets.ISO_8859_1);
    String shown =
        text.substring(0, Math.min(text.length(), 1200)).replaceAll("[^\\x20-\\x7e\\r\\n]", ".");
    return String.format(Locale.ROOT, "%s, %d bytes: %s", delivery, text.length(), shown);
  }
}
