package dev.tributary.security.metadata.key;

import dev.tributary.security.Sha256;
import dev.tributary.security.identity.DevicePublicKey;
import dev.tributary.security.json.JsonFields;
import dev.tributary.security.json.JsonValue;
import dev.tributary.security.json.MalformedJsonException;
import java.util.HexFormat;
import java.util.Map;

/**
 * A public key that metadata is signed with: Ed25519 (section 4.2.2).
 *
 * @param publicKey a point of full order
 */
public record MetadataKey(DevicePublicKey publicKey) {

  /** Its name. */
  public KeyId id() {
    return new KeyId(HexFormat.of().formatHex(Sha256.of(toJson().canonical())));
  }

  /**
   * The key with these digits.
   *
   * @param hex 64 hexadecimal digits
   * @throws IllegalArgumentException when they are no such key
   */
  public static MetadataKey ofHex(String hex) {
    if (!KeyId.FORM.matcher(hex).matches()) {
      throw new IllegalArgumentException(
          "public key: expected 64 lower-case hexadecimal digits, got "
              + hex.length()
              + " characters");
    }
    return new MetadataKey(DevicePublicKey.of(HexFormat.of().parseHex(hex)));
  }

  /** As it stands in a file. */
  public JsonValue toJson() {
    return JsonValue.of(
        Map.of(
            "keytype",
            JsonValue.of("ed25519"),
            "scheme",
            JsonValue.of("ed25519"),
            "keyval",
            JsonValue.of(Map.of("public", JsonValue.of(publicKey.toString())))));
  }

  /** Reads what {@link #toJson} gives. */
  public static MetadataKey read(JsonFields fields) throws MalformedJsonException {
    fields.exactly("keytype", "ed25519");
    fields.exactly("scheme", "ed25519");
    JsonFields value = fields.object("keyval");
    String hex = value.text("public", KeyId.FORM);
    value.finish();
    fields.finish();
    try {
      return ofHex(hex);
    } catch (IllegalArgumentException notAKey) {
      throw new MalformedJsonException(fields.path("keyval") + ": " + notAKey.getMessage());
    }
  }
}
