package dev.tributary.coordinator.publish.metadata;

import dev.tributary.aggregation.protocol.PopulationName;
import dev.tributary.aggregation.publish.FileDigest;
import dev.tributary.security.metadata.TargetFile;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The files that devices may be fetching, and of which populations: those that the signed metadata
 * list, and those that they listed before the last change, with which a device between two versions
 * may still finish. Immutable.
 */
public final class ServedTargets {

  /** Before anything is published. */
  public static final ServedTargets NONE = new ServedTargets(Map.of(), Map.of());

  private final Map<FileDigest, Set<PopulationName>> listed;
  private final Map<FileDigest, Set<PopulationName>> listedBefore;

  private ServedTargets(
      Map<FileDigest, Set<PopulationName>> listed,
      Map<FileDigest, Set<PopulationName>> listedBefore) {
    this.listed = listed;
    this.listedBefore = listedBefore;
  }

  /**
   * After a change.
   *
   * @param targets what is listed from now on, by path, whose first part is a population
   */
  public ServedTargets then(Map<String, TargetFile> targets) {
    Map<FileDigest, Set<PopulationName>> next = new HashMap<>();
    targets.forEach(
        (path, file) ->
            next.computeIfAbsent(new FileDigest(file.sha256()), fresh -> new HashSet<>())
                .add(new PopulationName(path.substring(0, path.indexOf('/')))));
    return next.equals(listed) ? this : new ServedTargets(next, listed);
  }

  /** Whether a device of the population may fetch the file. */
  public boolean mayFetch(PopulationName population, FileDigest file) {
    return listed.getOrDefault(file, Set.of()).contains(population)
        || listedBefore.getOrDefault(file, Set.of()).contains(population);
  }

  /** All files, of whichever population. */
  public Set<FileDigest> files() {
    Set<FileDigest> files = new HashSet<>(listed.keySet());
    files.addAll(listedBefore.keySet());
    return files;
  }
}
