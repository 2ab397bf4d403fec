package dev.tributary.security.metadata;

import dev.tributary.security.json.JsonFields;
import dev.tributary.security.json.JsonValue;
import dev.tributary.security.json.MalformedJsonException;
import java.util.HashMap;
import java.util.Map;

/**
 * What one metadata file says of another: its version and its bytes (section 4.4). Length and
 * digest may be left out by the specification; here they are always there.
 *
 * @param version in [1, 2^53)
 * @param file of at least 1 byte
 */
public record MetaFile(long version, TargetFile file) {

  public MetaFile {
    if (version < 1 || version > Metadata.MAXIMUM_VERSION) {
      throw new IllegalArgumentException(
          "version of metadata: expected 1.." + Metadata.MAXIMUM_VERSION + ", got " + version);
    }
  }

  /** What is to be said of a file. */
  public static MetaFile of(SignedMetadata<?> file) {
    return new MetaFile(file.metadata().version(), TargetFile.of(file.encode()));
  }

  /** The object {@code meta} with this as its only entry. */
  JsonValue toMeta(MetadataRole role) {
    Map<String, JsonValue> fields = new HashMap<>();
    fields.put("version", JsonValue.of(version));
    file.addTo(fields);
    return JsonValue.of(Map.of(role.metaPath(), JsonValue.of(fields)));
  }

  /** Reads {@code meta}, which says something of {@code role} and of nothing else. */
  static MetaFile readMeta(JsonFields fields, MetadataRole role) throws MalformedJsonException {
    JsonFields meta = fields.object("meta");
    JsonFields entry = meta.object(role.metaPath());
    MetaFile file = new MetaFile(Metadata.version(entry), TargetFile.read(entry));
    entry.finish();
    meta.finish();
    if (file.file().lengthBytes() > role.maximumBytes()) {
      throw new MalformedJsonException(
          fields.path("meta")
              + ": expected at most "
              + role.maximumBytes()
              + " bytes of "
              + role.metaPath()
              + ", got "
              + file.file().lengthBytes());
    }
    return file;
  }
}
