package dev.tributary.security.metadata;

import dev.tributary.security.json.JsonFields;
import dev.tributary.security.json.JsonValue;
import dev.tributary.security.json.MalformedJsonException;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Which files there are (section 4.5), without delegations and without custom fields.
 *
 * @param version in [1, 2^53)
 * @param expires to the second
 * @param targets by path: names of letters, digits, {@code .}, {@code _} and {@code -}, separated
 *     by {@code /}, none of them beginning with a dot; at most {@link #MAXIMUM_TARGETS}
 */
public record TargetsMetadata(long version, Instant expires, SortedMap<String, TargetFile> targets)
    implements Metadata {

  /** The most files that a repository may have. */
  public static final int MAXIMUM_TARGETS = 16_384;

  private static final int MAXIMUM_PATH_CHARS = 256;
  private static final String NAME = "[A-Za-z0-9_-][A-Za-z0-9._-]*+";
  private static final Pattern PATH = Pattern.compile(NAME + "(/" + NAME + ")*+");

  public TargetsMetadata {
    Metadata.requireHeader(version, expires);
    targets = Collections.unmodifiableSortedMap(new TreeMap<>(targets));
    if (targets.size() > MAXIMUM_TARGETS) {
      throw new IllegalArgumentException(
          "targets: expected at most " + MAXIMUM_TARGETS + " files, got " + targets.size());
    }
    for (String path : targets.keySet()) {
      if (!isPath(path)) {
        throw new IllegalArgumentException(
            "path of a target: expected names separated by / of at most "
                + MAXIMUM_PATH_CHARS
                + " characters together, got "
                + path.length()
                + " that are not");
      }
    }
  }

  private static boolean isPath(String path) {
    return path.length() <= MAXIMUM_PATH_CHARS && PATH.matcher(path).matches();
  }

  @Override
  public MetadataRole role() {
    return MetadataRole.TARGETS;
  }

  /** The file at a path. */
  public Optional<TargetFile> find(String path) {
    return Optional.ofNullable(targets.get(path));
  }

  @Override
  public JsonValue toJson() {
    Map<String, JsonValue> fields = Metadata.header(this);
    Map<String, JsonValue> files = new TreeMap<>();
    targets.forEach(
        (path, file) -> {
          Map<String, JsonValue> entry = new HashMap<>();
          file.addTo(entry);
          files.put(path, JsonValue.of(entry));
        });
    fields.put("targets", JsonValue.of(files));
    return JsonValue.of(fields);
  }

  static TargetsMetadata read(JsonFields fields) throws MalformedJsonException {
    SortedMap<String, TargetFile> targets = new TreeMap<>();
    for (Map.Entry<String, JsonValue> entry :
        fields.members("targets", MAXIMUM_TARGETS).entrySet()) {
      JsonFields file = JsonFields.of(fields.path("targets"), entry.getValue());
      targets.put(entry.getKey(), TargetFile.read(file));
      file.finish();
    }
    return new TargetsMetadata(Metadata.version(fields), Metadata.expires(fields), targets);
  }
}
