package dev.tributary.simulations.bench.fuzz.mutate;

import dev.tributary.simulations.bench.fuzz.mutate.RawRequest.Header;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Breaks headers: those that the coordinator reads, those that HTTP lives by, and any other. Of
 * those that tell where a request ends, the delivery is made careful.
 */
final class HeaderMutator {

  private static final String AUTHORIZATION = "Authorization";

  private static final List<String> NUMBERS =
      List.of(
          "0",
          "1",
          "-1",
          "+1",
          " 5",
          "103",
          "999999999999999",
          "9999999999999999",
          "99999999999999999999",
          "0x10",
          "1e3",
          "NaN",
          "",
          "1, 2",
          "01",
          "1 1",
          "\u00b2",
          "1.0");

  private static final List<String> RANGES =
      List.of(
          "bytes=0-",
          "bytes=0-0",
          "bytes=-1",
          "bytes=-0",
          "bytes=5-2",
          "bytes=999999999-",
          "bytes=0-0,2-3",
          "bytes=a-b",
          "bytes=",
          "bytes=-",
          "lines=1-2",
          "bytes=00000000000000000000-",
          "bytes=0-999999999999999999",
          "bytes = 0 - 1",
          "bytes=--1",
          "0-1",
          "bytes=9223372036854775807-",
          "bytes=-999999999999999999");

  private static final List<String> DIGESTS =
      List.of(
          "",
          "sha-256=",
          "sha-256=::",
          "sha-256=:AAAA:",
          "sha-256=:" + "A".repeat(43) + "=:",
          "sha-256=:" + "A".repeat(44) + ":",
          "md5=:AAAA:",
          "sha-256=:" + "!".repeat(43) + "=:",
          "sha-512=:" + "A".repeat(86) + "==:",
          "SHA-256=:" + "A".repeat(43) + "=:",
          "a=b, c=d",
          "sha-256=:" + "_".repeat(43) + "=:",
          ",".repeat(500),
          ":" + "A".repeat(86) + "==:");

  private static final List<String> TAGS =
      List.of(
          "*",
          "\"\"",
          "\"x\"",
          "W/\"x\"",
          "x",
          "",
          "\"" + "0".repeat(64) + "\"",
          "\"a\",\"b\"",
          "\"".repeat(100),
          ",,,,",
          "Mon, 01 Jan 2024 00:00:00 GMT");

  private static final List<String> TYPES =
      List.of(
          "application/x-protobuf",
          "application/json",
          "application/yaml",
          "text/yaml",
          "text/plain",
          "application/x-protobuf; charset=x",
          "application/json;;;",
          "",
          ";",
          "*/*",
          "multipart/form-data",
          "APPLICATION/JSON",
          "application/x-www-form-urlencoded",
          "application/json, text/yaml",
          "application/problem+json",
          "\u00e9",
          "a".repeat(500));

  private static final List<String> ENCODINGS =
      List.of(
          "gzip",
          "br",
          "zstd",
          "snappy",
          "deflate",
          "identity",
          "Identity",
          "x-gzip",
          "identity, gzip",
          "",
          "*",
          "gzip;q=0",
          "compress",
          "chunked",
          "aes128gcm");

  private static final List<String> TOKENS =
      List.of(
          "Bearer",
          "Bearer ",
          "bearer x",
          "Bearer  x y",
          "Basic YTpi",
          "Bearer null",
          "x",
          "",
          "Bearer " + "A".repeat(43),
          "Bearer " + "A".repeat(42),
          "Bearer " + "-".repeat(43),
          "Bearer " + "A".repeat(4000),
          "Digest username=\"x\"",
          "Bearer \u00e9",
          "Negotiate AAAA",
          "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbiJ9.",
          "Bearer, Bearer",
          "Bearer eyJhbGciOiJIUzI1NiJ9.e30.AAAA");

  private static final Map<String, List<String>> KNOWN =
      Map.of(
          "Upload-Offset", NUMBERS,
          "Upload-Length", NUMBERS,
          "Upload-Complete", List.of("?1", "?0", "1", "", "true"),
          "Repr-Digest", DIGESTS,
          "Update-Signature", DIGESTS,
          "Range", RANGES,
          "If-Range", TAGS,
          "If-None-Match", TAGS,
          "Content-Type", TYPES,
          "Content-Encoding", ENCODINGS);

  private static final Map<String, List<String>> HARMLESS =
      Map.of(
          "Accept", List.of("*/*", "", "text/html", "application/x-protobuf;q=0"),
          "Accept-Encoding", List.of("gzip", "br", "zstd", "identity;q=0", "*;q=0"),
          "Cookie", List.of("a=b", "=", ";;;;", "a=" + "b".repeat(2000)),
          "Origin", List.of("null", "http://evil.example"),
          "X-Forwarded-For", List.of("127.0.0.1", "' or 1=1", "::1"),
          "X-HTTP-Method-Override", List.of("DELETE", "GET"),
          "If-Modified-Since", List.of("never", "Mon, 01 Jan 2024 00:00:00 GMT"),
          "Content-Range", List.of("bytes 0-1/2", "bytes */*", "x"),
          "Content-Digest", DIGESTS,
          "TE", List.of("trailers", "gzip"));

  /** Those that may end a connection or change what the server takes for the request. */
  private static final Map<String, List<String>> OF_THE_CONNECTION =
      Map.of(
          "Connection",
              List.of("close", "keep-alive", "Upgrade", "upgrade, close", "Authorization", ""),
          "Host", List.of("", "a b", "[::", "x:99999", "evil.example", "a,b", "localhost\u0000"),
          "Upgrade", List.of("h2c", "websocket", "TLS/1.2", ""),
          "HTTP2-Settings", List.of("", "AAMAAABkAAQAAP__", "!!!"),
          "Sec-WebSocket-Key", List.of("dGhlIHNhbXBsZSBub25jZQ=="),
          "Expect", List.of("100-continue", "200-ok", "", "100-continue, x"));

  private static final List<String> LENGTHS =
      List.of(
          "0",
          "1",
          "5",
          "-1",
          "+5",
          "x",
          "",
          "1,1",
          "99999999999999999999",
          "9223372036854775807",
          "2147483648",
          "70000",
          "0x5",
          "5 5");

  private static final List<String> TRANSFER_ENCODINGS =
      List.of(
          "chunked",
          "gzip, chunked",
          "identity",
          "chunked, chunked",
          "xchunked",
          "CHUNKED",
          "",
          "\u000bchunked");

  private static final List<String> ODD_NAMES =
      List.of(
          "",
          " ",
          "a b",
          "\u0000",
          ":",
          "a\tb",
          "\u00e9",
          "(x)",
          "Authorization ",
          "_",
          "a".repeat(3000));

  private static final int TOO_LONG = 20_000; // above the limit of all headers, 16 384

  private final List<String> tokens;

  /**
   * Swaps the credentials for those of {@code tokens}: values of the header of all known callers.
   */
  HeaderMutator(List<String> tokens) {
    this.tokens = tokens;
  }

  RawRequest mutate(RawRequest request, Choices choices) {
    return switch (choices.below(24)) {
      case 0, 1 -> request.without(AUTHORIZATION);
      case 2, 3 -> request.with(AUTHORIZATION, choices.one(tokens));
      case 4 -> request.with(AUTHORIZATION, choices.one(TOKENS));
      case 5, 6 -> withChangedToken(request, choices);
      case 7, 8, 9, 10, 11, 12, 13 -> known(request, choices);
      case 14, 15 -> adding(request, HARMLESS, choices);
      case 16 -> adding(request, OF_THE_CONNECTION, choices).delivered(Delivery.CUT_OFF);
      case 17 -> request.with("Content-Length", choices.one(LENGTHS)).delivered(Delivery.CUT_OFF);
      case 18 ->
          request
              .with("Transfer-Encoding", choices.one(TRANSFER_ENCODINGS))
              .delivered(Delivery.CUT_OFF);
      case 19 -> chunked(request);
      case 20 -> withoutOne(request, choices);
      case 21 -> doubled(request, choices);
      case 22 -> odd(request, choices);
      default -> many(request, choices);
    };
  }

  private static RawRequest known(RawRequest request, Choices choices) {
    String name = choices.one(List.copyOf(KNOWN.keySet().stream().sorted().toList()));
    String value = choices.one(KNOWN.getOrDefault(name, NUMBERS));
    return choices.oneIn(8) ? request.adding(name, value) : request.with(name, value);
  }

  private static RawRequest adding(
      RawRequest request, Map<String, List<String>> valuesByName, Choices choices) {
    String name = choices.one(valuesByName.keySet().stream().sorted().toList());
    return request.adding(name, choices.one(valuesByName.getOrDefault(name, NUMBERS)));
  }

  /** One character of the credentials is another one. */
  private static RawRequest withChangedToken(RawRequest request, Choices choices) {
    for (Header header : request.headers()) {
      if (header.isNamed(AUTHORIZATION) && !header.value().isEmpty()) {
        var value = new StringBuilder(header.value());
        value.setCharAt(choices.below(value.length()), (char) ('!' + choices.below(90)));
        return request.with(AUTHORIZATION, value.toString());
      }
    }
    return request.with(AUTHORIZATION, choices.one(TOKENS));
  }

  /** The same body in chunks (RFC 9112, section 7.1), so that its length is not announced. */
  private static RawRequest chunked(RawRequest request) {
    if (request.has("Transfer-Encoding") || request.has("Content-Length")) {
      return request;
    }
    byte[] body = request.body();
    String head = body.length == 0 ? "" : Integer.toHexString(body.length) + "\r\n";
    String tail = (body.length == 0 ? "" : "\r\n") + "0\r\n\r\n";
    byte[] chunks = new byte[head.length() + body.length + tail.length()];
    for (int i = 0; i < head.length(); i++) {
      chunks[i] = (byte) head.charAt(i);
    }
    System.arraycopy(body, 0, chunks, head.length(), body.length);
    for (int i = 0; i < tail.length(); i++) {
      chunks[head.length() + body.length + i] = (byte) tail.charAt(i);
    }
    return request.with("Transfer-Encoding", "chunked").withBody(chunks);
  }

  private static RawRequest withoutOne(RawRequest request, Choices choices) {
    return request.headers().isEmpty()
        ? request
        : request.without(choices.one(request.headers()).name()).delivered(Delivery.CUT_OFF);
  }

  private static RawRequest doubled(RawRequest request, Choices choices) {
    if (request.headers().isEmpty()) {
      return request;
    }
    Header header = choices.one(request.headers());
    return request.adding(header.name(), header.value()).delivered(Delivery.CUT_OFF);
  }

  private static RawRequest odd(RawRequest request, Choices choices) {
    return switch (choices.below(4)) {
      case 0 -> request.adding(choices.one(ODD_NAMES), "x").delivered(Delivery.CUT_OFF);
      case 1 -> request.adding("X-Long", "a".repeat(TOO_LONG)).delivered(Delivery.CUT_OFF);
      case 2 -> request.adding("X-Folded", "a\r\n b").delivered(Delivery.CUT_OFF);
      default -> request.adding("X-Control", "a\u0000\u0001\u007fb").delivered(Delivery.CUT_OFF);
    };
  }

  private static RawRequest many(RawRequest request, Choices choices) {
    List<Header> headers = new ArrayList<>(request.headers());
    for (int more = choices.size(8); more > 0; more--) {
      headers.add(new Header("X-" + more, "y"));
    }
    return request.withHeaders(headers).delivered(Delivery.ALONE);
  }
}
