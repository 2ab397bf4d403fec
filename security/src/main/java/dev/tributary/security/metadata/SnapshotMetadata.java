package dev.tributary.security.metadata;

import dev.tributary.security.json.JsonFields;
import dev.tributary.security.json.JsonValue;
import dev.tributary.security.json.MalformedJsonException;
import java.time.Instant;
import java.util.Map;

/**
 * Which version of the targets is the current one (section 4.4). There are no delegated roles.
 *
 * @param version in [1, 2^53)
 * @param expires to the second
 * @param targets the current one
 */
public record SnapshotMetadata(long version, Instant expires, MetaFile targets)
    implements Metadata {

  public SnapshotMetadata {
    Metadata.requireHeader(version, expires);
  }

  @Override
  public MetadataRole role() {
    return MetadataRole.SNAPSHOT;
  }

  @Override
  public JsonValue toJson() {
    Map<String, JsonValue> fields = Metadata.header(this);
    fields.put("meta", targets.toMeta(MetadataRole.TARGETS));
    return JsonValue.of(fields);
  }

  static SnapshotMetadata read(JsonFields fields) throws MalformedJsonException {
    return new SnapshotMetadata(
        Metadata.version(fields),
        Metadata.expires(fields),
        MetaFile.readMeta(fields, MetadataRole.TARGETS));
  }
}
