package dev.tributary.aggregation.secagg;

import java.io.Serial;
import java.util.TreeMap;

/** A sorted map in which a test looks up what it knows is there. */
final class Known<K extends Comparable<K>, V> extends TreeMap<K, V> {

  @Serial private static final long serialVersionUID = 1;

  /** The value at {@code key}. */
  V at(K key) {
    V value = get(key);
    if (value == null) {
      throw new AssertionError("nothing is known of " + key);
    }
    return value;
  }
}
