package dev.tributary.aggregation.publish;

import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.protocol.PopulationName;
import dev.tributary.security.json.CanonicalJson;
import dev.tributary.security.json.JsonFields;
import dev.tributary.security.json.JsonValue;
import dev.tributary.security.json.MalformedJsonException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What is known of a model version that was published: what it is, where it comes from, how good it
 * is, and the files that bring it to a device. Immutable: another word is another manifest with
 * another digest.
 *
 * <p>What privacy a version has spent will stand here once it is counted: the member {@code
 * privacy} is there and empty.
 *
 * @param population whose model it is
 * @param version digest of its canonical float32 file
 * @param spec the network
 * @param origin parent and rounds
 * @param metrics on whichever data there are, at most {@link #MAXIMUM_METRICS}
 * @param artifacts the files, each kind and digest once, at most {@link #MAXIMUM_ARTIFACTS}
 * @param deltas files that lead to {@code artifacts} from earlier ones, at most {@link
 *     #MAXIMUM_DELTAS}
 */
public record VersionManifest(
    PopulationName population,
    ModelDigest version,
    ModelSpec spec,
    VersionOrigin origin,
    List<VersionMetrics> metrics,
    List<ArtifactEntry> artifacts,
    List<DeltaEntry> deltas) {

  /** No file is longer. */
  public static final int MAXIMUM_BYTES = 2 * 1024 * 1024;

  /** The most sets of metrics. */
  public static final int MAXIMUM_METRICS = 16;

  /** The most artifacts. */
  public static final int MAXIMUM_ARTIFACTS = 64;

  /** The most deltas. */
  public static final int MAXIMUM_DELTAS = 1024;

  private static final String FORMAT = "tributary-version/1";
  private static final int MAXIMUM_SPEC_CHARS = 64 * 1024;
  private static final Pattern POPULATION = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");

  public VersionManifest {
    metrics = List.copyOf(metrics);
    artifacts = List.copyOf(artifacts);
    deltas = List.copyOf(deltas);
    requireAtMost("metrics", metrics, MAXIMUM_METRICS);
    requireAtMost("artifacts", artifacts, MAXIMUM_ARTIFACTS);
    requireAtMost("deltas", deltas, MAXIMUM_DELTAS);
    Set<FileDigest> files = new HashSet<>();
    for (ArtifactEntry artifact : artifacts) {
      if (!files.add(artifact.file())) {
        throw new IllegalArgumentException(
            "manifest: the artifact " + artifact.file() + " is listed twice");
      }
    }
    for (DeltaEntry delta : deltas) {
      boolean leadsHere =
          artifacts.stream()
              .anyMatch(
                  artifact ->
                      artifact.kind() == delta.kind() && artifact.file().equals(delta.to()));
      if (!leadsHere) {
        throw new IllegalArgumentException(
            "manifest: the delta " + delta.file() + " leads to no artifact of its kind here");
      }
    }
  }

  private static void requireAtMost(String what, List<?> list, int maximum) {
    if (list.size() > maximum) {
      throw new IllegalArgumentException(
          "manifest: expected at most " + maximum + " " + what + ", got " + list.size());
    }
  }

  /** The network in an artifact. */
  public ModelSpec specOf(ArtifactEntry artifact) {
    return artifact.spec().orElse(spec);
  }

  /** The smallest delta that leads from one file to another. */
  public Optional<DeltaEntry> delta(FileDigest from, FileDigest to) {
    return deltas.stream()
        .filter(delta -> delta.from().equals(from) && delta.to().equals(to))
        .min(Comparator.comparingLong(DeltaEntry::bytes).thenComparing(DeltaEntry::file));
  }

  /** The file, owned by the caller. */
  public byte[] encode() {
    Map<String, JsonValue> fields = new HashMap<>();
    fields.put("format", JsonValue.of(FORMAT));
    fields.put("population", JsonValue.of(population.text()));
    fields.put("version", JsonValue.of(version.hex()));
    fields.put("spec", JsonValue.of(spec.canonicalJson()));
    fields.put("origin", origin.toJson());
    fields.put("privacy", JsonValue.of(Map.of()));
    fields.put("metrics", JsonValue.of(metrics.stream().map(VersionMetrics::toJson).toList()));
    fields.put("artifacts", JsonValue.of(artifacts.stream().map(ArtifactEntry::toJson).toList()));
    fields.put("deltas", JsonValue.of(deltas.stream().map(DeltaEntry::toJson).toList()));
    return JsonValue.of(fields).canonical();
  }

  /** The name of {@link #encode}. */
  public FileDigest digest() {
    return FileDigest.of(encode());
  }

  /**
   * Reads a file.
   *
   * @throws MalformedJsonException when it is no such file
   */
  public static VersionManifest decode(byte[] file) throws MalformedJsonException {
    try {
      JsonFields fields = JsonFields.of("", CanonicalJson.parse(file, MAXIMUM_BYTES));
      fields.exactly("format", FORMAT);
      fields.object("privacy").finish();
      var manifest =
          new VersionManifest(
              new PopulationName(fields.text("population", POPULATION)),
              new ModelDigest(fields.text("version", FileDigest.FORM)),
              spec(fields),
              VersionOrigin.read(fields.object("origin")),
              list(fields, "metrics", MAXIMUM_METRICS, VersionMetrics::read),
              list(fields, "artifacts", MAXIMUM_ARTIFACTS, ArtifactEntry::read),
              list(fields, "deltas", MAXIMUM_DELTAS, DeltaEntry::read));
      fields.finish();
      return manifest;
    } catch (IllegalArgumentException outOfRange) {
      throw new MalformedJsonException("manifest: " + outOfRange.getMessage());
    }
  }

  /** The member {@code spec}: a specification as the text that its own reader takes. */
  static ModelSpec spec(JsonFields fields) throws MalformedJsonException {
    ModelSpec spec = ModelSpec.fromJson(fields.text("spec", MAXIMUM_SPEC_CHARS));
    if (!spec.canonicalJson().equals(fields.text("spec", MAXIMUM_SPEC_CHARS))) {
      throw new MalformedJsonException(
          fields.path("spec") + ": expected a specification in its canonical form");
    }
    return spec;
  }

  static <T> List<T> list(JsonFields fields, String name, int maximum, Reader<T> reader)
      throws MalformedJsonException {
    List<T> read = new ArrayList<>();
    for (JsonValue item : fields.items(name, maximum)) {
      read.add(reader.read(JsonFields.of(name + "[" + read.size() + "]", item)));
    }
    return read;
  }

  /** Reads an item of a list. */
  interface Reader<T> {
    T read(JsonFields fields) throws MalformedJsonException;
  }
}
