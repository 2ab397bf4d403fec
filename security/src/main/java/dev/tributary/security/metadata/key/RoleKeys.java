package dev.tributary.security.metadata.key;

import dev.tributary.security.json.JsonFields;
import dev.tributary.security.json.JsonValue;
import dev.tributary.security.json.MalformedJsonException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The keys that speak for a role.
 *
 * @param keyIds at least one, at most {@link #MAXIMUM_KEYS}
 * @param threshold how many of them must sign, in [1, number of keys]
 */
public record RoleKeys(SortedSet<KeyId> keyIds, int threshold) {

  /** The most keys that a role may have: bounds the work of checking a file. */
  public static final int MAXIMUM_KEYS = 32;

  public RoleKeys {
    keyIds = Collections.unmodifiableSortedSet(new TreeSet<>(keyIds));
    if (keyIds.isEmpty() || keyIds.size() > MAXIMUM_KEYS) {
      throw new IllegalArgumentException(
          "keys of a role: expected 1.." + MAXIMUM_KEYS + ", got " + keyIds.size());
    }
    if (threshold < 1 || threshold > keyIds.size()) {
      throw new IllegalArgumentException(
          "threshold of a role: expected 1.." + keyIds.size() + ", got " + threshold);
    }
  }

  /** The keys with these names; one that is named twice is one. */
  public static RoleKeys of(int threshold, Collection<KeyId> keyIds) {
    return new RoleKeys(new TreeSet<>(keyIds), threshold);
  }

  /** As it stands in a file. */
  public JsonValue toJson() {
    return JsonValue.of(
        Map.of(
            "keyids",
            JsonValue.texts(keyIds.stream().map(KeyId::hex).toList()),
            "threshold",
            JsonValue.of(threshold)));
  }

  /** Reads what {@link #toJson} gives. */
  public static RoleKeys read(JsonFields fields) throws MalformedJsonException {
    List<KeyId> ids = new ArrayList<>();
    for (JsonValue item : fields.items("keyids", MAXIMUM_KEYS)) {
      if (!(item instanceof JsonValue.Text text) || !KeyId.FORM.matcher(text.text()).matches()) {
        throw new MalformedJsonException(fields.path("keyids") + ": expected key ids");
      }
      KeyId id = new KeyId(text.text());
      if (!ids.isEmpty() && ids.get(ids.size() - 1).compareTo(id) >= 0) {
        throw new MalformedJsonException(
            fields.path("keyids") + ": expected ascending ids, each once, got " + id + " late");
      }
      ids.add(id);
    }
    int threshold = (int) fields.whole("threshold", 1, MAXIMUM_KEYS);
    fields.finish();
    try {
      return of(threshold, ids);
    } catch (IllegalArgumentException outOfRange) {
      throw new MalformedJsonException(fields.path("threshold") + ": " + outOfRange.getMessage());
    }
  }
}
