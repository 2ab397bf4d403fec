package dev.tributary.aggregation.publish;

import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.security.Sha256;
import dev.tributary.security.json.CanonicalJson;
import dev.tributary.security.json.JsonFields;
import dev.tributary.security.json.JsonValue;
import dev.tributary.security.json.MalformedJsonException;
import java.math.BigInteger;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which version the devices of a channel run: the released one, and for a part of them a candidate.
 * The same signed file goes to every device, so that none can be singled out.
 *
 * @param channel its name, so that the file of one channel is not taken for that of another
 * @param release manifest of the released version
 * @param candidate what is being tried
 */
public record ChannelFile(ChannelName channel, FileDigest release, Optional<Candidate> candidate) {

  /** No file is longer. */
  public static final int MAXIMUM_BYTES = 4096;

  /** What {@code permyriad} is out of. */
  public static final int ALL = 10_000;

  /**
   * A version that some of the devices take.
   *
   * @param manifest of that version
   * @param salt decides, with a device's id, who they are: 32 lower-case hexadecimal digits
   * @param permyriad how many of ten thousand buckets, in [0, 10000]
   */
  public record Candidate(FileDigest manifest, String salt, int permyriad) {

    private static final Pattern SALT = Pattern.compile("[0-9a-f]{32}");

    public Candidate {
      if (!SALT.matcher(salt).matches()) {
        throw new IllegalArgumentException(
            "salt of a candidate: expected 32 lower-case hexadecimal digits, got "
                + salt.length()
                + " characters");
      }
      if (permyriad < 0 || permyriad > ALL) {
        throw new IllegalArgumentException(
            "permyriad of a candidate: expected 0.." + ALL + ", got " + permyriad);
      }
    }

    /** The bucket of a device: SHA-256(salt ‖ device id) mod 10 000. */
    public int bucketOf(DeviceId device) {
      MessageDigest sha256 = Sha256.start();
      sha256.update(HexFormat.of().parseHex(salt));
      sha256.update(device.toByteArray());
      return new BigInteger(1, sha256.digest()).mod(BigInteger.valueOf(ALL)).intValueExact();
    }

    /** Whether a device takes it: its bucket is below {@code permyriad}. */
    public boolean isFor(DeviceId device) {
      return bucketOf(device) < permyriad;
    }
  }

  /** The manifest of the version that a device runs. */
  public FileDigest manifestFor(DeviceId device) {
    return candidate.filter(tried -> tried.isFor(device)).map(Candidate::manifest).orElse(release);
  }

  /** The file, owned by the caller. */
  public byte[] encode() {
    Map<String, JsonValue> fields = new HashMap<>();
    fields.put("channel", JsonValue.of(channel.text()));
    fields.put("release", JsonValue.of(release.hex()));
    fields.put(
        "candidate", candidate.<JsonValue>map(ChannelFile::json).orElseGet(JsonValue.Nothing::new));
    return JsonValue.of(fields).canonical();
  }

  private static JsonValue json(Candidate candidate) {
    return JsonValue.of(
        Map.of(
            "manifest", JsonValue.of(candidate.manifest.hex()),
            "salt", JsonValue.of(candidate.salt),
            "permyriad", JsonValue.of(candidate.permyriad)));
  }

  /**
   * Reads a file.
   *
   * @throws MalformedJsonException when it is no such file
   */
  public static ChannelFile decode(byte[] file) throws MalformedJsonException {
    JsonFields fields = JsonFields.of("", CanonicalJson.parse(file, MAXIMUM_BYTES));
    var channel = new ChannelName(fields.text("channel", ChannelName.FORM));
    var release = new FileDigest(fields.text("release", FileDigest.FORM));
    Optional<Candidate> candidate = Optional.empty();
    if (!(fields.value("candidate") instanceof JsonValue.Nothing)) {
      JsonFields tried = fields.object("candidate");
      candidate =
          Optional.of(
              new Candidate(
                  new FileDigest(tried.text("manifest", FileDigest.FORM)),
                  tried.text("salt", Candidate.SALT),
                  (int) tried.whole("permyriad", 0, ALL)));
      tried.finish();
    }
    fields.finish();
    return new ChannelFile(channel, release, candidate);
  }
}
