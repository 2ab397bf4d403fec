package dev.tributary.coordinator.publish;

import dev.tributary.aggregation.publish.FileDigest;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What nothing needs any more.
 *
 * @param files with their lengths: artifacts, deltas, manifests and channel files
 * @param manifests those of the files that are manifests
 * @param deleted whether they are gone, or would go
 */
public record Garbage(Map<FileDigest, Long> files, Set<FileDigest> manifests, boolean deleted) {

  public Garbage {
    files = new TreeMap<>(files);
    manifests = new TreeSet<>(manifests);
  }

  /** Of all files together. */
  public long bytes() {
    return files.values().stream().mapToLong(Long::longValue).sum();
  }
}
