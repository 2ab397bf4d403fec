package dev.tributary.aggregation.publish;

import dev.tributary.aggregation.compress.ArtifactKind;
import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.security.json.JsonFields;
import dev.tributary.security.json.JsonValue;
import dev.tributary.security.json.MalformedJsonException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One file of a version, as its manifest lists it.
 *
 * @param kind what kind of file it is
 * @param file its name
 * @param bytes its length, at least 1
 * @param codecs the steps from the version's float32 weights to it, in order, at most 16
 * @param spec the network in it, when that is not the version's own
 * @param metrics how well this file does, measured from its own bytes on whichever data there are,
 *     at most {@link VersionManifest#MAXIMUM_METRICS}; empty when nobody measured it
 */
public record ArtifactEntry(
    ArtifactKind kind,
    FileDigest file,
    long bytes,
    List<String> codecs,
    Optional<ModelSpec> spec,
    List<VersionMetrics> metrics) {

  private static final int MAXIMUM_CODECS = 16;
  private static final int MAXIMUM_CODEC_CHARS = 64;

  public ArtifactEntry {
    codecs = List.copyOf(codecs);
    metrics = List.copyOf(metrics);
    if (bytes < 1) {
      throw new IllegalArgumentException("artifact: expected at least 1 byte, got " + bytes);
    }
    if (codecs.size() > MAXIMUM_CODECS
        || codecs.stream().anyMatch(codec -> codec.length() > MAXIMUM_CODEC_CHARS)) {
      throw new IllegalArgumentException(
          "artifact: expected at most "
              + MAXIMUM_CODECS
              + " codecs with names of at most "
              + MAXIMUM_CODEC_CHARS
              + " characters");
    }
    if (metrics.size() > VersionManifest.MAXIMUM_METRICS) {
      throw new IllegalArgumentException(
          "artifact: expected at most "
              + VersionManifest.MAXIMUM_METRICS
              + " sets of metrics, got "
              + metrics.size());
    }
  }

  /** An artifact that nobody has measured yet. */
  public ArtifactEntry(
      ArtifactKind kind,
      FileDigest file,
      long bytes,
      List<String> codecs,
      Optional<ModelSpec> spec) {
    this(kind, file, bytes, codecs, spec, List.of());
  }

  /** The same file with what was measured of it. */
  public ArtifactEntry with(List<VersionMetrics> measured) {
    return new ArtifactEntry(kind, file, bytes, codecs, spec, measured);
  }

  /** The members as a manifest has them. */
  public JsonValue toJson() {
    Map<String, JsonValue> fields = new HashMap<>();
    fields.put("kind", JsonValue.of(kind.code()));
    fields.put("digest", JsonValue.of(file.hex()));
    fields.put("bytes", JsonValue.of(bytes));
    fields.put("codecs", JsonValue.texts(codecs));
    spec.ifPresent(own -> fields.put("spec", JsonValue.of(own.canonicalJson())));
    if (!metrics.isEmpty()) {
      fields.put("metrics", JsonValue.of(metrics.stream().map(VersionMetrics::toJson).toList()));
    }
    return JsonValue.of(fields);
  }

  /**
   * Reads what {@link #toJson} gave.
   *
   * @throws MalformedJsonException when it is no such object
   */
  public static ArtifactEntry read(JsonFields fields) throws MalformedJsonException {
    List<String> codecs = new ArrayList<>();
    for (JsonValue codec : fields.items("codecs", MAXIMUM_CODECS)) {
      if (!(codec instanceof JsonValue.Text text)) {
        throw new MalformedJsonException(fields.path("codecs") + ": expected texts");
      }
      codecs.add(text.text());
    }
    Optional<ModelSpec> spec =
        fields.has("spec") ? Optional.of(VersionManifest.spec(fields)) : Optional.empty();
    var entry =
        new ArtifactEntry(
            kind(fields),
            new FileDigest(fields.text("digest", FileDigest.FORM)),
            fields.whole("bytes", 1, Long.MAX_VALUE),
            codecs,
            spec,
            metrics(fields));
    fields.finish();
    return entry;
  }

  private static List<VersionMetrics> metrics(JsonFields fields) throws MalformedJsonException {
    return fields.has("metrics")
        ? VersionManifest.list(
            fields, "metrics", VersionManifest.MAXIMUM_METRICS, VersionMetrics::read)
        : List.of();
  }

  static ArtifactKind kind(JsonFields fields) throws MalformedJsonException {
    String code = fields.text("kind", MAXIMUM_CODEC_CHARS);
    return ArtifactKind.ofCode(code)
        .orElseThrow(
            () ->
                new MalformedJsonException(
                    fields.path("kind") + ": expected one of " + ArtifactKind.codes()));
  }
}
