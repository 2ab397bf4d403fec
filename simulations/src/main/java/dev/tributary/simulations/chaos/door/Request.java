package dev.tributary.simulations.chaos.door;

import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.aggregation.protocol.RoundId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A request on its way to the coordinator. The body is a copy of its own.
 *
 * @param path without the query
 * @param waitSeconds of the query, 0 without
 * @param headers by lower-case name
 */
public record Request(
    String method, List<String> path, int waitSeconds, Map<String, String> headers, Bytes body) {

  /** The header that says how a request was forged; no coordinator looks at it. */
  public static final String FORGED = "x-forged";

  /** Bytes that nobody changes. */
  public record Bytes(byte[] array) {
    public int length() {
      return array.length;
    }

    /** These bytes with the last one changed. */
    public Bytes flipped() {
      byte[] other = array.clone();
      other[other.length - 1] ^= 1;
      return new Bytes(other);
    }

    /** Whether both are the same. */
    public boolean matches(Bytes other) {
      return Arrays.equals(array, other.array);
    }
  }

  /** Reads what the SDK sends. */
  public static Request of(
      String method, String pathAndQuery, Map<String, String> headers, byte[] body) {
    int query = pathAndQuery.indexOf("?wait=");
    String path = query < 0 ? pathAndQuery : pathAndQuery.substring(0, query);
    var lowerCase = new TreeMap<String, String>();
    headers.forEach((name, value) -> lowerCase.put(name.toLowerCase(Locale.ROOT), value));
    return new Request(
        method,
        List.of(path.substring(1).split("/", -1)),
        query < 0 ? 0 : Integer.parseInt(pathAndQuery.substring(query + "?wait=".length())),
        lowerCase,
        new Bytes(body));
  }

  public Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name));
  }

  String required(String name) throws RejectedException {
    return header(name)
        .orElseThrow(() -> new RejectedException(RejectReason.BAD_HEADER, name + " is missing"));
  }

  Duration maxWait() {
    return Duration.ofSeconds(waitSeconds);
  }

  /** The round that the path names, if it names one. */
  public Optional<RoundId> round() {
    return path.size() > 2 && path.get(1).equals("rounds")
        ? Optional.of(RoundId.of(path.get(2)))
        : Optional.empty();
  }

  /** Whether it is this step of some round. */
  public boolean is(String wantedMethod, String step) {
    return method.equals(wantedMethod)
        && path.size() > 3
        && path.get(1).equals("rounds")
        && path.get(3).equals(step);
  }

  /** How it was forged, if it was. */
  public Optional<String> forgery() {
    return header(FORGED);
  }

  /** Whether it sends an update. */
  public boolean isUpload() {
    return is("PUT", "uploads");
  }

  /** The same to another round. */
  public Request toRound(RoundId other) {
    var changed = new ArrayList<>(path);
    changed.set(2, other.toString());
    return new Request(method, List.copyOf(changed), waitSeconds, headers, body);
  }

  /** The same with another body, and headers that fit or not. */
  public Request with(Map<String, String> otherHeaders, Bytes otherBody) {
    var all = new TreeMap<>(headers);
    all.putAll(otherHeaders);
    return new Request(method, path, waitSeconds, all, otherBody);
  }

  /** Method and path: headers hold the session token. */
  @Override
  public String toString() {
    return method + " /" + String.join("/", path);
  }
}
