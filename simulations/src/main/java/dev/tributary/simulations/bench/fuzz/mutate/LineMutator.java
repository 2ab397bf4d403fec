package dev.tributary.simulations.bench.fuzz.mutate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Breaks the request line: method, path, query, version. */
final class LineMutator {

  private static final List<String> METHODS =
      List.of("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE");
  private static final List<String> ODD_METHODS =
      List.of(
          "CONNECT", "get", "FOO", "PRI", "M-SEARCH", "POST\t", "G\u0000T", "A".repeat(300), "");
  private static final List<String> VERSIONS =
      List.of(
          "HTTP/1.0", "HTTP/0.9", "HTTP/1.2", "HTTP/2.0", "HTTP/3", "HTTP/1.1.1", "HTP/1.1", "");

  /** In the place of a segment of the path. */
  private static final List<String> SEGMENTS =
      List.of(
          "",
          ".",
          "..",
          "%2e%2e",
          "..%2f..",
          "%00",
          "%",
          "%zz",
          "%c0%ae%c0%ae",
          "..;",
          "*",
          "~",
          "admin-token",
          "tributary.db",
          "nothing.1",
          "x.0",
          "x.999999999999999",
          "x.01",
          "x.-1",
          "x.9999999999999999",
          "X.1",
          "a".repeat(64) + ".1",
          ".1",
          "1",
          "null",
          "{round}",
          "0".repeat(31),
          "0".repeat(32),
          "0".repeat(33),
          "F".repeat(32),
          "0".repeat(64),
          "f".repeat(64),
          "A".repeat(64),
          "a".repeat(63),
          "-",
          "a--b",
          "%C3%A4",
          "a%20b",
          "a+b",
          "'",
          "\"",
          "<x>",
          "a;b=c",
          "a,b",
          "a@b",
          "a:b",
          "$",
          "\\..\\..",
          "etc",
          "file",
          "events");

  private static final List<String> QUERIES =
      List.of(
          "wait=0",
          "wait=-1",
          "wait=31",
          "wait=",
          "wait",
          "wait=NaN",
          "wait=1e1",
          "wait=0x1",
          "wait=0&wait=9",
          "wait=99999999999",
          "wait=%30",
          "wait=%",
          "wait=%zz",
          "WAIT=1",
          "limit=0",
          "limit=1",
          "limit=1000",
          "limit=1001",
          "limit=-5",
          "limit=x",
          "limit=",
          "after=",
          "after=x",
          "after=x.1",
          "after=.1",
          "after=x.",
          "after=%00",
          "after=x.99999999999999999",
          "after='%20or%201=1",
          "task=",
          "task=x",
          "task=X",
          "task=%ff",
          "task=..",
          "task=" + "a".repeat(64),
          "a=b",
          "&",
          "&&&=",
          "=",
          "?",
          "a[]=1",
          "a=%f0%9f%98%80",
          ";a=b",
          "a=1&a=2&a=3&a=4",
          "token=x",
          "q=" + "x".repeat(1000));

  private static final int TOO_LONG = 5000; // above the limit of a request line, 4096

  private final List<String> targets;

  /** Splices with {@code targets}, valid ones of all routes. */
  LineMutator(List<String> targets) {
    this.targets = targets;
  }

  RawRequest mutate(RawRequest request, Choices choices) {
    return switch (choices.below(20)) {
      case 0, 1, 2 -> request.withMethod(choices.one(METHODS));
      case 3 -> request.withMethod(choices.one(ODD_METHODS)).delivered(Delivery.CUT_OFF);
      case 4 -> request.withVersion(choices.one(VERSIONS)).delivered(Delivery.CUT_OFF);
      case 5, 6, 7, 8 -> withSegment(request, choices.one(SEGMENTS), choices);
      case 9, 10, 11, 12, 13 -> withQuery(request, choices.one(QUERIES));
      case 14 -> request.withTarget(choices.one(targets));
      case 15 -> withSegment(request, choices.one(SEGMENTS) + choices.one(SEGMENTS), choices);
      case 16 -> withChangedCharacter(request, choices);
      case 17 -> odd(request, choices).delivered(Delivery.ALONE);
      case 18 -> swapped(request, choices);
      default ->
          request.withTarget(choices.oneIn(2) ? request.target() + "/" : "/" + request.target());
    };
  }

  private static RawRequest odd(RawRequest request, Choices choices) {
    String target = request.target();
    return switch (choices.below(7)) {
      case 0 -> request.withTarget("http://localhost" + target);
      case 1 -> request.withTarget("http://[::1" + target);
      case 2 -> request.withTarget("*");
      case 3 -> request.withTarget(target + "a".repeat(TOO_LONG));
      case 4 -> request.withTarget(target.substring(1));
      case 5 -> request.withTarget(target + " x").delivered(Delivery.CUT_OFF);
      default -> request.withTarget(target + "#a?b").delivered(Delivery.CUT_OFF);
    };
  }

  private static RawRequest withQuery(RawRequest request, String query) {
    String target = request.target();
    return request.withTarget(target + (target.contains("?") ? "&" : "?") + query);
  }

  private static RawRequest withSegment(RawRequest request, String segment, Choices choices) {
    List<String> segments = segments(request);
    if (choices.oneIn(4)) {
      segments.add(choices.below(segments.size() + 1), segment);
    } else {
      segments.set(choices.below(segments.size()), segment);
    }
    return request.withTarget("/" + String.join("/", segments));
  }

  /** A segment of another target in the place of one. */
  private RawRequest swapped(RawRequest request, Choices choices) {
    return withSegment(
        request, choices.one(segments(request.withTarget(choices.one(targets)))), choices);
  }

  private static List<String> segments(RawRequest request) {
    String target = request.target();
    String path = target.startsWith("/") ? target.substring(1) : target;
    return new ArrayList<>(Arrays.asList(path.split("/", -1)));
  }

  private static RawRequest withChangedCharacter(RawRequest request, Choices choices) {
    var target = new StringBuilder(request.target());
    int at = 1 + choices.below(Math.max(1, target.length() - 1));
    char changed = (char) (0x21 + choices.below(0x7f - 0x21));
    if (at < target.length()) {
      target.setCharAt(at, changed);
    } else {
      target.append(changed);
    }
    return request.withTarget(target.toString()).delivered(Delivery.ALONE);
  }
}
