package dev.tributary.security.metadata.key;

import dev.tributary.security.identity.DeviceSignature;
import dev.tributary.security.json.JsonFields;
import dev.tributary.security.json.JsonValue;
import dev.tributary.security.json.MalformedJsonException;
import java.util.HexFormat;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A signature over the canonical form of the signed part (section 4.2.1). Holding one says nothing
 * about its validity.
 *
 * @param keyId who is said to have made it
 * @param signature Ed25519
 */
public record MetadataSignature(KeyId keyId, DeviceSignature signature) {

  private static final Pattern SIGNATURE = Pattern.compile("[0-9a-f]{128}");

  /** As it stands in a file. */
  public JsonValue toJson() {
    return JsonValue.of(
        Map.of("keyid", JsonValue.of(keyId.hex()), "sig", JsonValue.of(signature.toString())));
  }

  /** Reads what {@link #toJson} gives. */
  public static MetadataSignature read(JsonFields fields) throws MalformedJsonException {
    KeyId keyId = new KeyId(fields.text("keyid", KeyId.FORM));
    String hex = fields.text("sig", SIGNATURE);
    fields.finish();
    return new MetadataSignature(keyId, DeviceSignature.of(HexFormat.of().parseHex(hex)));
  }
}
