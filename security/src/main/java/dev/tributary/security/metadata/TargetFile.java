package dev.tributary.security.metadata;

import dev.tributary.security.Sha256;
import dev.tributary.security.json.JsonFields;
import dev.tributary.security.json.JsonValue;
import dev.tributary.security.json.MalformedJsonException;
import dev.tributary.security.metadata.key.KeyId;
import java.util.HexFormat;
import java.util.Map;

/**
 * Exactly which bytes a file has.
 *
 * @param lengthBytes in [0, 2^40]
 * @param sha256 64 lower-case hexadecimal digits
 */
public record TargetFile(long lengthBytes, String sha256) {

  /** No file is longer: a terabyte. */
  public static final long MAXIMUM_BYTES = 1L << 40;

  public TargetFile {
    if (lengthBytes < 0 || lengthBytes > MAXIMUM_BYTES) {
      throw new IllegalArgumentException(
          "length of a file: expected 0.." + MAXIMUM_BYTES + " bytes, got " + lengthBytes);
    }
    if (!KeyId.FORM.matcher(sha256).matches()) {
      throw new IllegalArgumentException(
          "SHA-256 of a file: expected 64 lower-case hexadecimal digits, got "
              + sha256.length()
              + " characters");
    }
  }

  /** What describes these bytes. */
  public static TargetFile of(byte[] bytes) {
    return new TargetFile(bytes.length, HexFormat.of().formatHex(Sha256.of(bytes)));
  }

  /** Whether it describes these bytes. */
  public boolean describes(byte[] bytes) {
    return bytes.length == lengthBytes && of(bytes).equals(this);
  }

  void addTo(Map<String, JsonValue> fields) {
    fields.put("length", JsonValue.of(lengthBytes));
    fields.put("hashes", JsonValue.of(Map.of("sha256", JsonValue.of(sha256))));
  }

  /** Reads {@code length} and {@code hashes}, which holds SHA-256 and nothing else. */
  static TargetFile read(JsonFields fields) throws MalformedJsonException {
    JsonFields hashes = fields.object("hashes");
    String sha256 = hashes.text("sha256", KeyId.FORM);
    hashes.finish();
    return new TargetFile(fields.whole("length", 0, MAXIMUM_BYTES), sha256);
  }
}
