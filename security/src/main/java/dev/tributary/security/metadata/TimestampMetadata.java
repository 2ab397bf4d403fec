package dev.tributary.security.metadata;

import dev.tributary.security.json.JsonFields;
import dev.tributary.security.json.JsonValue;
import dev.tributary.security.json.MalformedJsonException;
import java.time.Instant;
import java.util.Map;

/**
 * Which snapshot is the current one (section 4.6).
 *
 * @param version in [1, 2^53)
 * @param expires to the second
 * @param snapshot the current one
 */
public record TimestampMetadata(long version, Instant expires, MetaFile snapshot)
    implements Metadata {

  public TimestampMetadata {
    Metadata.requireHeader(version, expires);
  }

  @Override
  public MetadataRole role() {
    return MetadataRole.TIMESTAMP;
  }

  @Override
  public JsonValue toJson() {
    Map<String, JsonValue> fields = Metadata.header(this);
    fields.put("meta", snapshot.toMeta(MetadataRole.SNAPSHOT));
    return JsonValue.of(fields);
  }

  static TimestampMetadata read(JsonFields fields) throws MalformedJsonException {
    return new TimestampMetadata(
        Metadata.version(fields),
        Metadata.expires(fields),
        MetaFile.readMeta(fields, MetadataRole.SNAPSHOT));
  }
}
