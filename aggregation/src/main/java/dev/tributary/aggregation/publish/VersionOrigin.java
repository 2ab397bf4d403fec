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
 * Where a version comes from.
 *
 * @param parent the version that it was trained on from; empty for a first one
 * @param rounds those that made it, at most {@link #MAXIMUM_ROUNDS}; none for one that was imported
 */
public record VersionOrigin(Optional<ModelDigest> parent, List<RoundId> rounds) {

  /** The most rounds that are named. */
  public static final int MAXIMUM_ROUNDS = 1024;

  public VersionOrigin {
    rounds = List.copyOf(rounds);
    if (rounds.size() > MAXIMUM_ROUNDS) {
      throw new IllegalArgumentException(
          "rounds of a version: expected at most " + MAXIMUM_ROUNDS + ", got " + rounds.size());
    }
  }

  JsonValue toJson() {
    Map<String, JsonValue> fields = new HashMap<>();
    parent.ifPresent(version -> fields.put("parent", JsonValue.of(version.hex())));
    fields.put("rounds", JsonValue.texts(rounds.stream().map(RoundId::toString).toList()));
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
    fields.finish();
    return new VersionOrigin(parent, rounds);
  }
}
