package dev.tributary.coordinator.publish.artifact;

import dev.tributary.aggregation.compress.ArtifactKind;
import dev.tributary.aggregation.protocol.TaskName;
import dev.tributary.aggregation.publish.ArtifactEntry;
import dev.tributary.aggregation.publish.FileDigest;
import dev.tributary.aggregation.publish.VersionManifest;
import dev.tributary.coordinator.publish.artifact.ArtifactMetrics.FileMetrics;
import dev.tributary.coordinator.publish.artifact.VersionMaker.MadeVersion;
import dev.tributary.coordinator.registry.ModelVersion;
import dev.tributary.coordinator.store.StateStore;
import io.vertx.core.Future;
import io.vertx.core.WorkerExecutor;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * VersionSource -VersionPreparation-> manifest: its artifacts are made, measured where there are
 * rows, and listed; all of it is on disk then. Any thread; nothing blocks the caller.
 */
public final class VersionPreparation {
  private static final Logger LOG = LoggerFactory.getLogger(VersionPreparation.class);

  private final StateStore database;
  private final InstantSource clock;
  private final VersionMaker maker;
  private final ArtifactMetrics metrics;
  private final WorkerExecutor worker;

  /**
   * Opened parts.
   *
   * @param worker on which versions are made; the caller closes it
   */
  public VersionPreparation(
      StateStore database,
      InstantSource clock,
      VersionMaker maker,
      ArtifactMetrics metrics,
      WorkerExecutor worker) {
    this.database = database;
    this.clock = clock;
    this.maker = maker;
    this.metrics = metrics;
    this.worker = worker;
  }

  /**
   * Prepares a version.
   *
   * @param kinds to make unless they are among {@code uploaded}
   * @param earlier manifests of versions that devices may have, the newest first; the newest is the
   *     one that this version will be held against
   * @return the name of the manifest
   */
  public Future<FileDigest> prepare(
      VersionSource source,
      Set<ArtifactKind> kinds,
      List<ArtifactEntry> uploaded,
      List<VersionManifest> earlier) {
    return onWorker(() -> maker.artifacts(source, kinds, uploaded, earlier))
        .compose(entries -> measured(source, entries, earlier))
        .compose(entries -> onWorker(() -> maker.manifest(source, entries, earlier)))
        .compose(made -> kept(source.version(), made, uploaded));
  }

  private Future<List<ArtifactEntry>> measured(
      VersionSource source, List<ArtifactEntry> entries, List<VersionManifest> earlier) {
    TaskName task = source.version().task();
    return release(task, earlier)
        .compose(done -> metrics.measure(task, source.spec(), entries))
        .compose(done -> metrics.of(entries.stream().map(ArtifactEntry::file).toList()))
        .map(
            known ->
                entries.stream()
                    .map(
                        entry ->
                            entry.with(
                                ManifestMetrics.of(
                                    known.getOrDefault(entry.file(), FileMetrics.UNKNOWN))))
                    .toList());
  }

  /** What the version will be held against; a file of it that cannot run stands in nobody's way. */
  private Future<Void> release(TaskName task, List<VersionManifest> earlier) {
    return earlier.isEmpty()
        ? Future.succeededFuture()
        : metrics
            .measure(task, earlier.getFirst().spec(), earlier.getFirst().artifacts())
            .otherwise(
                cause -> {
                  LOG.warn("the release was not measured: {}", cause.getMessage());
                  return null;
                });
  }

  private Future<FileDigest> kept(
      ModelVersion version, MadeVersion made, List<ArtifactEntry> uploaded) {
    return database.write(
        connection -> {
          Instant now = clock.instant();
          VersionCatalogue.putManifest(
              connection, made.digest(), version.digest(), made.content(), now);
          for (var delta : made.manifest().deltas()) {
            VersionCatalogue.put(connection, delta, now);
          }
          for (ArtifactEntry entry : made.manifest().artifacts()) {
            if (uploaded.stream().noneMatch(upload -> upload.file().equals(entry.file()))) {
              VersionCatalogue.putMade(connection, entry.file());
            }
          }
          return made.digest();
        });
  }

  private <T> Future<T> onWorker(Callable<T> work) {
    return worker.executeBlocking(work, true).map(Objects::requireNonNull);
  }
}
