package dev.tributary.security.metadata;

import dev.tributary.security.json.CanonicalJson;
import dev.tributary.security.json.JsonFields;
import dev.tributary.security.json.JsonValue;
import dev.tributary.security.json.MalformedJsonException;
import dev.tributary.security.metadata.key.MetadataSignature;
import dev.tributary.security.metadata.key.RoleKeys;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A metadata file: what a role says, and signatures (section 4.2.1). Whether they are good, and
 * enough, is for a root to say: {@link RootMetadata#verifies}.
 *
 * @param <M> of which role
 * @param metadata what is signed
 * @param signatures at most {@link #MAXIMUM_SIGNATURES}, none yet in a draft
 */
public record SignedMetadata<M extends Metadata>(M metadata, List<MetadataSignature> signatures) {

  /** The most signatures that a file may have. */
  public static final int MAXIMUM_SIGNATURES = 2 * RoleKeys.MAXIMUM_KEYS;

  public SignedMetadata {
    signatures = List.copyOf(signatures);
    if (signatures.size() > MAXIMUM_SIGNATURES) {
      throw new IllegalArgumentException(
          "signatures: expected at most " + MAXIMUM_SIGNATURES + ", got " + signatures.size());
    }
  }

  /** What is signed: the canonical form, owned by the caller. */
  public byte[] signedBytes() {
    return metadata.toJson().canonical();
  }

  /** The file, owned by the caller. */
  public byte[] encode() {
    return toJson().canonical();
  }

  /** The file as a value, to stand in another one. */
  public JsonValue toJson() {
    return JsonValue.of(
        Map.of(
            "signed",
            metadata.toJson(),
            "signatures",
            JsonValue.of(signatures.stream().map(MetadataSignature::toJson).toList())));
  }

  /** Reads a root. */
  public static SignedMetadata<RootMetadata> root(byte[] file) throws MalformedMetadataException {
    return read(MetadataRole.ROOT, RootMetadata::read, parsed(MetadataRole.ROOT, file));
  }

  /** Reads a root that stands in another file. */
  public static SignedMetadata<RootMetadata> root(JsonValue file)
      throws MalformedMetadataException {
    return read(MetadataRole.ROOT, RootMetadata::read, file);
  }

  /** Reads targets. */
  public static SignedMetadata<TargetsMetadata> targets(byte[] file)
      throws MalformedMetadataException {
    return targets(parsed(MetadataRole.TARGETS, file));
  }

  /** Reads targets that stand in another file. */
  public static SignedMetadata<TargetsMetadata> targets(JsonValue file)
      throws MalformedMetadataException {
    return read(MetadataRole.TARGETS, TargetsMetadata::read, file);
  }

  /** Reads a snapshot. */
  public static SignedMetadata<SnapshotMetadata> snapshot(byte[] file)
      throws MalformedMetadataException {
    return snapshot(parsed(MetadataRole.SNAPSHOT, file));
  }

  /** Reads a snapshot that stands in another file. */
  public static SignedMetadata<SnapshotMetadata> snapshot(JsonValue file)
      throws MalformedMetadataException {
    return read(MetadataRole.SNAPSHOT, SnapshotMetadata::read, file);
  }

  /** Reads a timestamp. */
  public static SignedMetadata<TimestampMetadata> timestamp(byte[] file)
      throws MalformedMetadataException {
    return timestamp(parsed(MetadataRole.TIMESTAMP, file));
  }

  /** Reads a timestamp that stands in another file. */
  public static SignedMetadata<TimestampMetadata> timestamp(JsonValue file)
      throws MalformedMetadataException {
    return read(MetadataRole.TIMESTAMP, TimestampMetadata::read, file);
  }

  private static JsonValue parsed(MetadataRole role, byte[] file)
      throws MalformedMetadataException {
    try {
      return CanonicalJson.parse(file, role.maximumBytes());
    } catch (MalformedJsonException malformed) {
      throw new MalformedMetadataException(role.text() + ": " + malformed.getMessage(), false);
    }
  }

  private static <M extends Metadata> SignedMetadata<M> read(
      MetadataRole role, Reader<M> reader, JsonValue file) throws MalformedMetadataException {
    try {
      JsonFields fields = JsonFields.of("", file);
      JsonFields signed = fields.object("signed");
      String type = signed.text("_type", 16);
      if (!type.equals(role.text())) {
        throw new MalformedMetadataException(
            "expected metadata of the role " + role.text() + ", got another one", true);
      }
      signed.exactly("spec_version", Metadata.SPECIFICATION);
      M metadata = reader.read(signed);
      signed.finish();
      List<MetadataSignature> signatures = new ArrayList<>();
      for (JsonValue item : fields.items("signatures", MAXIMUM_SIGNATURES)) {
        signatures.add(MetadataSignature.read(JsonFields.of("signatures", item)));
      }
      fields.finish();
      return new SignedMetadata<>(metadata, signatures);
    } catch (MalformedJsonException | IllegalArgumentException malformed) {
      throw new MalformedMetadataException(role.text() + ": " + malformed.getMessage(), false);
    }
  }

  private interface Reader<M extends Metadata> {
    M read(JsonFields signed) throws MalformedJsonException;
  }
}
