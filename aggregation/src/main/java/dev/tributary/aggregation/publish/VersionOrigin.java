package dev.tributary.aggregation.publish;

import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.security.json.JsonFields;
import dev.tributary.security.json.JsonValue;
import dev.tributary.security.json.MalformedJsonException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where a version comes from: the edge of the lineage that leads to it. Earlier ones stand in the
 * manifest of its parent and in the registry.
 *
 * @param parent the version that it was trained on from; empty for a first one
 * @param rounds those that made it of its parent, at most {@link #MAXIMUM_ROUNDS}; none for a first
 *     one
 * @param configuration SHA-256 of the task's configuration, as the operators' API tells it; empty
 *     when no task made it
 * @param software that made the version ready for devices, for example {@code 1.2.0}; empty when
 *     that is not known, as in a program that was not packaged; at most {@link
 *     #MAXIMUM_SOFTWARE_CHARS} characters
 */
public record VersionOrigin(
    Optional<ModelDigest> parent,
    List<RoundId> rounds,
    Optional<FileDigest> configuration,
    Optional<String> software) {

  /** The most rounds that are named. */
  public static final int MAXIMUM_ROUNDS = 1024;

  /** The longest name of a software. */
  public static final int MAXIMUM_SOFTWARE_CHARS = 64;

  public VersionOrigin {
    rounds = List.copyOf(rounds);
    if (rounds.size() > MAXIMUM_ROUNDS) {
      throw new IllegalArgumentException(
          "rounds of a version: expected at most " + MAXIMUM_ROUNDS + ", got " + rounds.size());
    }
    software.ifPresent(
        name -> {
          if (name.isEmpty() || name.length() > MAXIMUM_SOFTWARE_CHARS) {
            throw new IllegalArgumentException(
                "software of a version: expected 1 to "
                    + MAXIMUM_SOFTWARE_CHARS
                    + " characters, got "
                    + name.length());
          }
        });
  }

  JsonValue toJson() {
    Map<String, JsonValue> fields = new HashMap<>();
    parent.ifPresent(version -> fields.put("parent", JsonValue.of(version.hex())));
    fields.put("rounds", JsonValue.texts(rounds.stream().map(RoundId::toString).toList()));
    configuration.ifPresent(digest -> fields.put("configuration", JsonValue.of(digest.hex())));
    software.ifPresent(name -> fields.put("software", JsonValue.of(name)));
    return JsonValue.of(fields);
  }

  static VersionOrigin read(JsonFields fields) throws MalformedJsonException {
    Optional<ModelDigest> parent =
        fields.has("parent")
            ? Optional.of(new ModelDigest(fields.text("parent", FileDigest.FORM)))
            : Optional.empty();
    List<RoundId> rounds = new ArrayList<>();
    for (JsonValue item : fields.items("rounds", MAXIMUM_ROUNDS)) {
      if (!(item instanceof JsonValue.Text text)) {
        throw new MalformedJsonException(fields.path("rounds") + ": expected texts");
      }
      rounds.add(RoundId.of(text.text()));
    }
    Optional<FileDigest> configuration =
        fields.has("configuration")
            ? Optional.of(new FileDigest(fields.text("configuration", FileDigest.FORM)))
            : Optional.empty();
    Optional<String> software =
        fields.has("software")
            ? Optional.of(fields.text("software", MAXIMUM_SOFTWARE_CHARS))
            : Optional.empty();
    fields.finish();
    return new VersionOrigin(parent, rounds, configuration, software);
  }
}
