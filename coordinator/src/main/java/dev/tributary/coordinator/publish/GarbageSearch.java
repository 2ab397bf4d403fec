package dev.tributary.coordinator.publish;

import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.aggregation.publish.FileDigest;
import dev.tributary.aggregation.publish.VersionManifest;
import dev.tributary.coordinator.publish.artifact.ArtifactFiles;
import dev.tributary.coordinator.publish.artifact.VersionCatalogue;
import dev.tributary.coordinator.publish.artifact.VersionCatalogue.ArtifactRow;
import dev.tributary.coordinator.publish.channel.Channel;
import dev.tributary.coordinator.publish.channel.Channels;
import dev.tributary.coordinator.store.StateStore;
import io.vertx.core.Future;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Looks for files that nothing needs: needed are the versions that channels name now, those that
 * were their last releases, what the manifests of all these list, what devices may be fetching, and
 * what operators have uploaded, for which nobody else has a copy. Only when it is asked for,
 * uploads for versions that no channel needs are garbage too.
 */
final class GarbageSearch {

  /** How many releases of a channel keep their files, to go back to. */
  private static final int KEPT_RELEASES = 5;

  private final StateStore database;
  private final ArtifactFiles artifacts;
  private final Publisher publisher;

  GarbageSearch(StateStore database, ArtifactFiles artifacts, Publisher publisher) {
    this.database = database;
    this.artifacts = artifacts;
    this.publisher = publisher;
  }

  /**
   * What is needed at first sight.
   *
   * @param roots files that are needed, beside those that the manifests among them list
   * @param manifests all that there are
   * @param uploads artifacts that were uploaded
   */
  record Needs(Set<FileDigest> roots, Set<FileDigest> manifests, List<ArtifactRow> uploads) {}

  Future<Needs> needs() {
    return database.read(
        connection -> {
          Set<FileDigest> needed = new HashSet<>();
          for (Channel channel : Channels.all(connection)) {
            channel.rollout().ifPresent(rollout -> needed.add(rollout.manifest()));
            channel.release().ifPresent(needed::add);
            needed.addAll(Channels.releases(connection, channel.name(), KEPT_RELEASES));
            Publisher.file(channel).ifPresent(file -> needed.add(FileDigest.of(file.encode())));
          }
          return new Needs(
              needed,
              Set.copyOf(VersionCatalogue.manifests(connection)),
              VersionCatalogue.artifacts(connection));
        });
  }

  /**
   * Finds what is left over. Blocks.
   *
   * @param uploaded whether uploads for versions that no channel needs are left over
   */
  Garbage find(Needs needs, boolean uploaded) {
    Set<FileDigest> needed = new HashSet<>(needs.roots());
    Set<ModelDigest> versions = new HashSet<>();
    for (FileDigest root : needs.roots()) {
      if (needs.manifests().contains(root) && artifacts.find(root).isPresent()) {
        VersionManifest manifest = Publisher.manifest(artifacts.load(root));
        manifest.artifacts().forEach(entry -> needed.add(entry.file()));
        manifest.deltas().forEach(delta -> needed.add(delta.file()));
        versions.add(manifest.version());
      }
    }
    needs.uploads().stream()
        .filter(upload -> !uploaded || versions.contains(upload.version()))
        .forEach(upload -> needed.add(upload.file()));
    needed.addAll(publisher.served());
    Map<FileDigest, Long> unneeded =
        artifacts.all().entrySet().stream()
            .filter(file -> !needed.contains(file.getKey()))
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    return new Garbage(
        unneeded,
        unneeded.keySet().stream().filter(needs.manifests()::contains).collect(Collectors.toSet()),
        false);
  }

  /**
   * Takes what will be deleted out of the tables: a crash leaves files that nothing refers to,
   * never rows without their files.
   */
  Future<Garbage> forget(Garbage garbage) {
    return database.write(
        connection -> {
          VersionCatalogue.forget(connection, garbage.manifests(), garbage.files().keySet());
          return garbage;
        });
  }

  /** Deletes the files. Blocks. */
  Garbage delete(Garbage garbage) {
    garbage.files().keySet().forEach(artifacts::delete);
    return new Garbage(garbage.files(), garbage.manifests(), true);
  }
}
