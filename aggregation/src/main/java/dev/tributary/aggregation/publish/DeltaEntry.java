package dev.tributary.aggregation.publish;

import dev.tributary.aggregation.compress.ArtifactKind;
import dev.tributary.security.json.JsonFields;
import dev.tributary.security.json.JsonValue;
import dev.tributary.security.json.MalformedJsonException;
import java.util.Map;

/**
 * A file that leads from an artifact of an earlier version to one of this version.
 *
 * @param kind of both
 * @param from what it starts from
 * @param to what it leads to: an artifact of the manifest that lists it
 * @param file its own name
 * @param bytes its length, at least 1
 */
public record DeltaEntry(
    ArtifactKind kind, FileDigest from, FileDigest to, FileDigest file, long bytes) {

  public DeltaEntry {
    if (bytes < 1) {
      throw new IllegalArgumentException("delta: expected at least 1 byte, got " + bytes);
    }
    if (from.equals(to)) {
      throw new IllegalArgumentException("delta: expected it to lead elsewhere than " + from);
    }
  }

  JsonValue toJson() {
    return JsonValue.of(
        Map.of(
            "kind", JsonValue.of(kind.code()),
            "from", JsonValue.of(from.hex()),
            "to", JsonValue.of(to.hex()),
            "digest", JsonValue.of(file.hex()),
            "bytes", JsonValue.of(bytes)));
  }

  static DeltaEntry read(JsonFields fields) throws MalformedJsonException {
    var entry =
        new DeltaEntry(
            ArtifactEntry.kind(fields),
            new FileDigest(fields.text("from", FileDigest.FORM)),
            new FileDigest(fields.text("to", FileDigest.FORM)),
            new FileDigest(fields.text("digest", FileDigest.FORM)),
            fields.whole("bytes", 1, Long.MAX_VALUE));
    fields.finish();
    return entry;
  }
}
