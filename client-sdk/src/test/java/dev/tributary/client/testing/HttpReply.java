package dev.tributary.client.testing;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** What a scripted server writes; false from {@link #write} makes it close the connection. */
@FunctionalInterface
public interface HttpReply {

  boolean write(OutputStream out) throws IOException;

  /** A complete answer. */
  static HttpReply of(int status, Map<String, String> headers, byte[] body) {
    return out -> {
      out.write(head(status, body.length, headers));
      out.write(body);
      return true;
    };
  }

  /** Status and headers to a HEAD request, which has no body. */
  static HttpReply headOnly(int status, Map<String, String> headers) {
    return out -> {
      out.write(head(status, 0, headers));
      return true;
    };
  }

  static HttpReply protobuf(int status, byte[] message) {
    return of(status, Map.of("Content-Type", "application/x-protobuf"), message);
  }

  static HttpReply problem(
      int status, String code, Map<String, String> headers, String moreMembers) {
    Map<String, String> all = new LinkedHashMap<>(headers);
    all.put("Content-Type", "application/problem+json");
    String json =
        "{\"type\":\"urn:tributary:problem:"
            + code
            + "\",\"title\":\"refused\",\"status\":"
            + status
            + ",\"detail\":\"because "
            + code
            + "\",\"code\":\""
            + code
            + "\""
            + moreMembers
            + "}";
    return of(status, all, json.getBytes(StandardCharsets.UTF_8));
  }

  static HttpReply problem(int status, String code) {
    return problem(status, code, Map.of(), "");
  }

  /** Announces {@code announcedBytes} and breaks off after {@code sent}. */
  static HttpReply truncated(
      int status, Map<String, String> headers, byte[] sent, long announcedBytes) {
    return out -> {
      out.write(head(status, announcedBytes, headers));
      out.write(sent);
      return false;
    };
  }

  /** Closes the connection without a word: the answer is lost. */
  static HttpReply lost() {
    return out -> false;
  }

  /** Sends a body without announced end, as long as the other end takes it, up to {@code bytes}. */
  static HttpReply endless(int status, Map<String, String> headers, long bytes) {
    return out -> {
      String lines =
          headers.entrySet().stream()
              .map(header -> header.getKey() + ": " + header.getValue() + "\r\n")
              .collect(Collectors.joining());
      out.write(
          ("HTTP/1.1 " + status + " x\r\n" + lines + "Connection: close\r\n\r\n")
              .getBytes(StandardCharsets.ISO_8859_1));
      byte[] chunk = new byte[64 * 1024];
      for (long sent = 0; sent < bytes; sent += chunk.length) {
        out.write(chunk);
      }
      return false;
    };
  }

  static byte[] head(int status, long lengthBytes, Map<String, String> headers) {
    String lines =
        headers.entrySet().stream()
            .map(header -> header.getKey() + ": " + header.getValue() + "\r\n")
            .collect(Collectors.joining());
    String length = status == 204 ? "" : "Content-Length: " + lengthBytes + "\r\n";
    return ("HTTP/1.1 " + status + " x\r\n" + lines + length + "\r\n")
        .getBytes(StandardCharsets.ISO_8859_1);
  }
}
