package dev.tributary.security.metadata.signing;

import dev.tributary.security.metadata.MetadataRole;
import dev.tributary.security.metadata.RootMetadata;
import dev.tributary.security.metadata.key.KeyId;
import dev.tributary.security.metadata.key.MetadataKey;
import dev.tributary.security.metadata.key.RoleKeys;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the next root is to say, before anybody signed it. Immutable; every change is another plan.
 *
 * @param version in [1, 2^53)
 * @param expires to the second
 * @param keys of each role, by id
 * @param thresholds of each role
 */
public record RootPlan(
    long version,
    Instant expires,
    Map<MetadataRole, SortedMap<KeyId, MetadataKey>> keys,
    Map<MetadataRole, Integer> thresholds) {

  public RootPlan {
    Map<MetadataRole, SortedMap<KeyId, MetadataKey>> copy = new EnumMap<>(MetadataRole.class);
    for (MetadataRole role : MetadataRole.values()) {
      SortedMap<KeyId, MetadataKey> of = keys.getOrDefault(role, Collections.emptySortedMap());
      copy.put(role, Collections.unmodifiableSortedMap(new TreeMap<>(of)));
    }
    keys = Collections.unmodifiableMap(copy);
    thresholds = Collections.unmodifiableMap(new EnumMap<>(thresholds));
    expires = expires.truncatedTo(ChronoUnit.SECONDS);
  }

  /**
   * Root 1, without keys; every threshold is 1 but that of the root.
   *
   * @param threshold how many of the root keys must sign it and its successor
   */
  public static RootPlan first(int threshold, Instant expires) {
    Map<MetadataRole, Integer> thresholds = new EnumMap<>(MetadataRole.class);
    for (MetadataRole role : MetadataRole.values()) {
      thresholds.put(role, role == MetadataRole.ROOT ? threshold : 1);
    }
    return new RootPlan(1, expires, Map.of(), thresholds);
  }

  /** The root after {@code current}, which says the same until something is changed. */
  public static RootPlan after(RootMetadata current, Instant expires) {
    Map<MetadataRole, SortedMap<KeyId, MetadataKey>> keys = new EnumMap<>(MetadataRole.class);
    Map<MetadataRole, Integer> thresholds = new EnumMap<>(MetadataRole.class);
    for (MetadataRole role : MetadataRole.values()) {
      RoleKeys roleKeys = current.keysOf(role);
      SortedMap<KeyId, MetadataKey> of = new TreeMap<>(current.keys());
      of.keySet().retainAll(roleKeys.keyIds());
      keys.put(role, of);
      thresholds.put(role, roleKeys.threshold());
    }
    return new RootPlan(current.version() + 1, expires, keys, thresholds);
  }

  /** With another key for a role. */
  public RootPlan with(MetadataRole role, MetadataKey key) {
    List<MetadataKey> more = new ArrayList<>(of(role).values());
    more.add(key);
    return withOnly(role, more);
  }

  /** With these keys for the role and no others. */
  public RootPlan withOnly(MetadataRole role, Collection<MetadataKey> of) {
    Map<MetadataRole, SortedMap<KeyId, MetadataKey>> changed = new EnumMap<>(keys);
    SortedMap<KeyId, MetadataKey> byId = new TreeMap<>();
    of.forEach(key -> byId.put(key.id(), key));
    changed.put(role, byId);
    return new RootPlan(version, expires, changed, thresholds);
  }

  /** Without a key, in whatever roles it has. */
  public RootPlan without(KeyId id) {
    RootPlan changed = this;
    for (MetadataRole role : MetadataRole.values()) {
      List<MetadataKey> others = new ArrayList<>(of(role).values());
      others.removeIf(key -> key.id().equals(id));
      changed = changed.withOnly(role, others);
    }
    return changed;
  }

  /** With another threshold. */
  public RootPlan withThreshold(MetadataRole role, int threshold) {
    Map<MetadataRole, Integer> changed = new EnumMap<>(thresholds);
    changed.put(role, threshold);
    return new RootPlan(version, expires, keys, changed);
  }

  /**
   * What is to be signed.
   *
   * @throws IllegalArgumentException when a role has no key, or fewer than its threshold, or a root
   *     key is one of another role too: it would lie on the coordinator, and offline keys do not
   */
  public RootMetadata toMetadata() {
    SortedMap<KeyId, MetadataKey> all = new TreeMap<>();
    Map<MetadataRole, RoleKeys> roles = new EnumMap<>(MetadataRole.class);
    for (MetadataRole role : MetadataRole.values()) {
      all.putAll(of(role));
      roles.put(role, roleKeys(role));
    }
    for (MetadataRole role : OnlineSigners.roles()) {
      for (KeyId id : of(role).keySet()) {
        if (of(MetadataRole.ROOT).containsKey(id)) {
          throw new IllegalArgumentException(
              "root: the key "
                  + id
                  + " is to be one of the root and of the "
                  + role.text()
                  + "; a root key signs nothing else");
        }
      }
    }
    return new RootMetadata(version, expires, all, roles);
  }

  private RoleKeys roleKeys(MetadataRole role) {
    try {
      return RoleKeys.of(thresholds.getOrDefault(role, 1), of(role).keySet());
    } catch (IllegalArgumentException outOfRange) {
      throw new IllegalArgumentException(
          "root: " + role.text() + ": " + outOfRange.getMessage(), outOfRange);
    }
  }

  private SortedMap<KeyId, MetadataKey> of(MetadataRole role) {
    return keys.getOrDefault(role, Collections.emptySortedMap());
  }
}
