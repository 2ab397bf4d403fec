package dev.tributary.coordinator.round.plan;

import dev.tributary.aggregation.protocol.DeviceId;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Which devices of a cohort have a sum of their own, fixed when {@code Enrolling} closes. Mostly
 * there is one shard; large cohorts that mask with one another have several.
 *
 * @param shardOf the shard of each device, 0..count-1
 * @param least for each shard, the fewest of its devices with which it can go on; whoever is in a
 *     weaker one goes no further
 */
public record Shards(Map<DeviceId, Integer> shardOf, List<Integer> least) {

  /** Of a shard that cannot go on with any number. */
  private static final int HOPELESS = Integer.MAX_VALUE;

  public Shards {
    shardOf = Collections.unmodifiableMap(new LinkedHashMap<>(shardOf));
    least = List.copyOf(least);
  }

  /** Deals the devices out in turn, in the order of their arrival. */
  public static Shards deal(Set<DeviceId> cohort, int count, int least) {
    var shardOf = new LinkedHashMap<DeviceId, Integer>();
    cohort.forEach(device -> shardOf.put(device, shardOf.size() % count));
    return new Shards(shardOf, Collections.nCopies(count, least));
  }

  /** One shard that goes on with anybody. */
  public static Shards one(Set<DeviceId> cohort) {
    return deal(cohort, 1, 1);
  }

  /** How many there are. */
  public int count() {
    return least.size();
  }

  /**
   * The shard of a device.
   *
   * @throws IllegalArgumentException when the device is not in the cohort
   */
  public int of(DeviceId device) {
    Integer shard = shardOf.get(device);
    if (shard == null) {
      throw new IllegalArgumentException("device " + device + " is in no shard");
    }
    return shard;
  }

  /** Those of the devices that are in a shard, in their order. */
  public Set<DeviceId> members(int shard, Collection<DeviceId> devices) {
    var members = new LinkedHashSet<DeviceId>();
    for (var device : devices) {
      if (of(device) == shard) {
        members.add(device);
      }
    }
    return members;
  }

  /** How many of the devices are in each shard. */
  private int[] sizes(Collection<DeviceId> devices) {
    int[] sizes = new int[count()];
    devices.forEach(device -> sizes[of(device)]++);
    return sizes;
  }

  /** Those of the devices whose shard can go on with so many of them, in their order. */
  public Set<DeviceId> strong(Collection<DeviceId> devices) {
    int[] sizes = sizes(devices);
    var strong = new LinkedHashSet<DeviceId>();
    for (var device : devices) {
      if (sizes[of(device)] >= least.get(of(device))) {
        strong.add(device);
      }
    }
    return strong;
  }

  /** With the numbers that the rosters lead to, when these devices are in them. */
  public Shards closedOver(Set<DeviceId> advertised, SecureAggregation secure) {
    int[] sizes = sizes(advertised);
    return new Shards(
        shardOf,
        IntStream.of(sizes)
            .mapToObj(size -> secure.leastSurvivors(size).orElse(HOPELESS))
            .toList());
  }
}
