package dev.tributary.client.store;

import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.OpaqueBytes;
import dev.tributary.aggregation.protocol.PopulationName;
import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.aggregation.protocol.access.Credentials;
import dev.tributary.client.policy.Participation;
import dev.tributary.client.session.ContentDigest;
import dev.tributary.client.session.DeviceStateText;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A session as a text that people can read:
 *
 * <pre>
 * tributary-session 1
 * coordinator https://...
 * population keyboards
 * device 0f3a...                      (once enrolled)
 * certificate MIIB...                 (once it has one; DER in base64, as are the keys)
 * authority 3b6a...                   (the Ed25519 key that it trusts, pinned)
 * authority-pq 77c0...                (and the ML-DSA-65 key, if there is one)
 * classic-certificate MIIB...         (then also: without that key's signature)
 * state uploading digits.12 ...
 * not-before 2026-11-23T10:00:00Z     (when told to wait)
 * took-part digits.11 2026-11-23T09:00:00Z
 * made-keys 9f86...                   (digest of a round's manifest)
 * sha256 ...                          (of all bytes above)
 * </pre>
 *
 * The last line makes any other byte sequence an error rather than another session.
 */
final class SessionText {

  private static final String HEADER = "tributary-session ";
  private static final int VERSION = 1;
  private static final String DIGEST = "sha256 ";
  private static final int DIGEST_LINE_BYTES = DIGEST.length() + 64 + 1;

  private SessionText() {}

  static byte[] format(DeviceSession session) {
    var text = new StringBuilder();
    text.append(HEADER).append(VERSION).append('\n');
    line(text, "coordinator", session.coordinator().toString());
    line(text, "population", session.population().toString());
    session.device().ifPresent(device -> line(text, "device", device.toString()));
    session.credentials().ifPresent(credentials -> lines(text, credentials));
    line(text, "state", DeviceStateText.format(session.state()));
    session.notBefore().ifPresent(instant -> line(text, "not-before", instant.toString()));
    session.history().forEach(past -> line(text, "took-part", past.round() + " " + past.at()));
    session.sessions().forEach(manifest -> line(text, "made-keys", manifest.hex()));
    String digest = ContentDigest.of(text.toString().getBytes(StandardCharsets.UTF_8)).hex();
    return text.append(DIGEST)
        .append(digest)
        .append('\n')
        .toString()
        .getBytes(StandardCharsets.UTF_8);
  }

  private static void lines(StringBuilder text, Credentials credentials) {
    line(text, "certificate", base64(credentials.certificate()));
    line(text, "authority", base64(credentials.authorityKey()));
    credentials.authorityPqKey().ifPresent(key -> line(text, "authority-pq", base64(key)));
    credentials
        .classicCertificate()
        .ifPresent(classic -> line(text, "classic-certificate", base64(classic)));
  }

  private static String base64(OpaqueBytes bytes) {
    return Base64.getEncoder().encodeToString(bytes.toByteArray());
  }

  private static void line(StringBuilder text, String key, String value) {
    text.append(key).append(' ').append(value).append('\n');
  }

  /**
   * The session that {@code bytes} describe.
   *
   * @throws IllegalArgumentException saying what is wrong with them
   */
  static DeviceSession parse(byte[] bytes) {
    Deque<String> lines = new ArrayDeque<>(Arrays.asList(verified(bytes).split("\n", -1)));
    String header = lines.removeFirst();
    if (!header.equals(HEADER + VERSION)) {
      throw new IllegalArgumentException(
          "its version is \"" + header + "\"; this program reads \"" + HEADER + VERSION + "\"");
    }
    var coordinator = URI.create(required(lines, "coordinator"));
    var population = new PopulationName(required(lines, "population"));
    Optional<DeviceId> device = optional(lines, "device").map(DeviceId::new);
    Optional<Credentials> credentials = credentials(lines);
    var state = DeviceStateText.parse(required(lines, "state"));
    Optional<Instant> notBefore = optional(lines, "not-before").map(SessionText::instant);
    List<Participation> history = all(lines, "took-part", SessionText::participation);
    List<ContentDigest> sessions = all(lines, "made-keys", ContentDigest::new);
    if (lines.size() != 1 || !lines.getFirst().isEmpty()) {
      throw new IllegalArgumentException("it has a line that is not known: " + lines.peekFirst());
    }
    return new DeviceSession(
        coordinator, population, device, credentials, state, history, sessions, notBefore);
  }

  private static Optional<Credentials> credentials(Deque<String> lines) {
    Optional<OpaqueBytes> certificate = optional(lines, "certificate").map(SessionText::bytes);
    if (certificate.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Credentials(
            certificate.get(),
            bytes(required(lines, "authority")),
            optional(lines, "authority-pq").map(SessionText::bytes),
            optional(lines, "classic-certificate").map(SessionText::bytes)));
  }

  private static OpaqueBytes bytes(String base64) {
    return OpaqueBytes.of(Base64.getDecoder().decode(base64));
  }

  private static <T> List<T> all(Deque<String> lines, String key, Function<String, T> parse) {
    List<T> values = new ArrayList<>();
    for (var next = optional(lines, key); next.isPresent(); next = optional(lines, key)) {
      values.add(parse.apply(next.get()));
    }
    return values;
  }

  private static String verified(byte[] bytes) {
    int contentBytes = bytes.length - DIGEST_LINE_BYTES;
    if (contentBytes <= 0) {
      throw new IllegalArgumentException("it is cut short: " + bytes.length + " bytes");
    }
    byte[] content = Arrays.copyOf(bytes, contentBytes);
    String expected = DIGEST + ContentDigest.of(content).hex() + "\n";
    String actual = new String(bytes, contentBytes, DIGEST_LINE_BYTES, StandardCharsets.ISO_8859_1);
    if (!actual.equals(expected)) {
      throw new IllegalArgumentException("its checksum does not match its content");
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
    } catch (CharacterCodingException malformed) {
      throw new IllegalArgumentException("it is not UTF-8", malformed);
    }
  }

  private static String required(Deque<String> lines, String key) {
    return optional(lines, key)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "it lacks the line \"" + key + "\" where that belongs"));
  }

  private static Optional<String> optional(Deque<String> lines, String key) {
    String next = lines.peekFirst();
    if (next == null || !next.startsWith(key + " ")) {
      return Optional.empty();
    }
    lines.removeFirst();
    return Optional.of(next.substring(key.length() + 1));
  }

  private static Participation participation(String value) {
    int space = value.indexOf(' ');
    if (space < 0) {
      throw new IllegalArgumentException("a participation needs a round and a time: " + value);
    }
    return new Participation(
        RoundId.of(value.substring(0, space)), instant(value.substring(space + 1)));
  }

  private static Instant instant(String value) {
    try {
      return Instant.parse(value);
    } catch (java.time.DateTimeException malformed) {
      throw new IllegalArgumentException("not an instant: " + value, malformed);
    }
  }
}
