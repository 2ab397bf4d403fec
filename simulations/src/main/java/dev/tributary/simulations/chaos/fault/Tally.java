package dev.tributary.simulations.chaos.fault;

import java.util.Map;
import java.util.TreeMap;

/** How often each kind of thing was there. One thread at a time. */
public final class Tally {
  private final Map<String, Integer> counts = new TreeMap<>();

  public void add(String kind) {
    counts.merge(kind, 1, Integer::sum);
  }

  public void add(Fault fault) {
    add(fault.key());
  }

  public void addAll(Tally other) {
    other.counts.forEach((kind, count) -> counts.merge(kind, count, Integer::sum));
  }

  /** How often this kind was there. */
  public int of(String kind) {
    return counts.getOrDefault(kind, 0);
  }

  /** By kind, in the order of their names. */
  public Map<String, Integer> counts() {
    return new TreeMap<>(counts);
  }
}
