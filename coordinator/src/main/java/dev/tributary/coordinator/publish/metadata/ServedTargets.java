package dev.tributary.coordinator.publish.metadata;

import dev.tributary.aggregation.protocol.PopulationName;
import dev.tributary.aggregation.publish.FileDigest;
import dev.tributary.security.metadata.TargetFile;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The files that devices may be fetching, by population: those that the signed metadata list, and
 * those that they listed before the population's last change, with which a device between two
 * versions may still finish. Immutable.
 */
public final class ServedTargets {

  /** Before anything is published. */
  public static final ServedTargets NONE = new ServedTargets(Map.of());

  private final Map<PopulationName, Served> populations;

  private record Served(Set<FileDigest> listed, Set<FileDigest> listedBefore) {

    static final Served NOTHING = new Served(Set.of(), Set.of());

    Served then(Set<FileDigest> next) {
      return next.equals(listed) ? this : new Served(Set.copyOf(next), listed);
    }

    boolean has(FileDigest file) {
      return listed.contains(file) || listedBefore.contains(file);
    }

    Stream<FileDigest> files() {
      return Stream.concat(listed.stream(), listedBefore.stream());
    }
  }

  private ServedTargets(Map<PopulationName, Served> populations) {
    this.populations = populations;
  }

  /**
   * After a change.
   *
   * @param targets what is listed from now on, by path, whose first part is a population
   */
  public ServedTargets then(Map<String, TargetFile> targets) {
    Map<PopulationName, Set<FileDigest>> next = new HashMap<>();
    populations.keySet().forEach(known -> next.put(known, new HashSet<>()));
    targets.forEach(
        (path, file) ->
            next.computeIfAbsent(
                    new PopulationName(path.substring(0, path.indexOf('/'))),
                    fresh -> new HashSet<>())
                .add(new FileDigest(file.sha256())));
    Map<PopulationName, Served> after = new HashMap<>();
    next.forEach(
        (population, files) ->
            after.put(
                population, populations.getOrDefault(population, Served.NOTHING).then(files)));
    return new ServedTargets(after);
  }

  /** Whether a device of the population may fetch the file. */
  public boolean mayFetch(PopulationName population, FileDigest file) {
    return populations.getOrDefault(population, Served.NOTHING).has(file);
  }

  /** All files, of whichever population. */
  public Set<FileDigest> files() {
    return populations.values().stream().flatMap(Served::files).collect(Collectors.toSet());
  }
}
