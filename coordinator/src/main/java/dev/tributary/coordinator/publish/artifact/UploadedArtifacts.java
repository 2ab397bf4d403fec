package dev.tributary.coordinator.publish.artifact;

import dev.tributary.aggregation.compress.ArtifactKind;
import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.aggregation.publish.ArtifactEntry;
import dev.tributary.aggregation.publish.VersionManifest;
import dev.tributary.coordinator.publish.artifact.VersionCatalogue.ArtifactRow;
import dev.tributary.coordinator.store.StateStore;
import dev.tributary.coordinator.store.StoreException;
import dev.tributary.security.json.CanonicalJson;
import dev.tributary.security.json.JsonFields;
import dev.tributary.security.json.MalformedJsonException;
import io.vertx.core.Future;
import io.vertx.core.WorkerExecutor;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;

/**
 * The artifacts of versions that were made elsewhere and uploaded: at most one of a kind for each
 * version, the last one that came. They stay until garbage is collected with them named. Any
 * thread; nothing blocks the caller.
 */
public final class UploadedArtifacts {

  private final StateStore database;
  private final InstantSource clock;
  private final ArtifactFiles files;
  private final WorkerExecutor worker;
  private final Exclusion exclusion;

  /**
   * Opened parts.
   *
   * @param worker on which files are checked and saved; the caller closes it
   * @param exclusion that keeps a file from being collected before it is recorded
   */
  public UploadedArtifacts(
      StateStore database,
      InstantSource clock,
      ArtifactFiles files,
      WorkerExecutor worker,
      Exclusion exclusion) {
    this.database = database;
    this.clock = clock;
    this.files = files;
    this.worker = worker;
    this.exclusion = exclusion;
  }

  /**
   * Checks a file and keeps it, durably. The same file again changes nothing; another one of the
   * kind takes its place, and manifests that list the former keep it.
   *
   * @param spec of the version
   * @return fails with a {@link RejectedException} when the file is not what it is said to be
   */
  public Future<ArtifactEntry> add(ModelDigest version, ModelSpec spec, OfferedArtifact offered) {
    return exclusion.beside(
        () ->
            onWorker(
                    () -> {
                      ArtifactEntry entry = ArtifactCheck.check(spec, offered);
                      requireOther(version, entry);
                      files.save(offered.content());
                      return entry;
                    })
                .compose(entry -> record(version, entry)));
  }

  private static void requireOther(ModelDigest version, ArtifactEntry entry)
      throws RejectedException {
    if (entry.file().hex().equals(version.hex())) {
      throw new RejectedException(
          RejectReason.BAD_PARAMETER,
          "the file is the version's own float32 file, and no artifact of kind "
              + entry.kind().code());
    }
  }

  private Future<ArtifactEntry> record(ModelDigest version, ArtifactEntry entry) {
    String details = new String(entry.toJson().canonical(), StandardCharsets.UTF_8);
    return database
        .write(
            connection -> {
              Optional<ArtifactKind> taken =
                  VersionCatalogue.artifacts(connection, version).stream()
                      .filter(other -> other.file().equals(entry.file()))
                      .map(ArtifactRow::kind)
                      .filter(kind -> kind != entry.kind())
                      .findFirst();
              if (taken.isEmpty()) {
                VersionCatalogue.put(
                    connection,
                    new ArtifactRow(version, entry.kind(), entry.file(), entry.bytes(), details),
                    clock.instant());
              }
              return taken;
            })
        .compose(
            taken ->
                taken.isEmpty()
                    ? Future.succeededFuture(entry)
                    : Future.failedFuture(
                        new RejectedException(
                            RejectReason.NAME_TAKEN,
                            "the file is this version's artifact of kind "
                                + taken.get().code()
                                + " already, so that it cannot be its "
                                + entry.kind().code())));
  }

  /** Those of a version, by kind. */
  public Future<List<ArtifactEntry>> of(ModelDigest version) {
    return database.read(
        connection -> {
          List<ArtifactEntry> entries = new ArrayList<>();
          for (ArtifactRow row : VersionCatalogue.artifacts(connection, version)) {
            entries.add(entry(row));
          }
          return entries;
        });
  }

  /**
   * Those of a version that are of kinds that were asked for.
   *
   * @return fails with a {@link RejectedException} when a kind is asked for that was not uploaded
   *     and cannot be made here
   */
  public Future<List<ArtifactEntry>> of(ModelDigest version, Set<ArtifactKind> kinds) {
    return of(version)
        .compose(
            all -> {
              List<ArtifactEntry> chosen =
                  all.stream().filter(entry -> kinds.contains(entry.kind())).toList();
              Set<ArtifactKind> missing = EnumSet.noneOf(ArtifactKind.class);
              missing.addAll(kinds);
              missing.removeAll(VersionMaker.KINDS);
              chosen.forEach(entry -> missing.remove(entry.kind()));
              return missing.isEmpty()
                  ? Future.succeededFuture(chosen)
                  : Future.failedFuture(notThere(version, missing));
            });
  }

  private static RejectedException notThere(ModelDigest version, Set<ArtifactKind> missing) {
    return new RejectedException(
        RejectReason.WRONG_STATE,
        "no artifact of kind "
            + codes(missing)
            + " was uploaded for the version "
            + version
            + " ('model compress' makes and uploads them); made here are "
            + codes(VersionMaker.KINDS));
  }

  private static String codes(Set<ArtifactKind> kinds) {
    return kinds.stream().map(ArtifactKind::code).sorted().collect(Collectors.joining(", "));
  }

  static ArtifactEntry entry(ArtifactRow row) {
    try {
      byte[] details = row.details().getBytes(StandardCharsets.UTF_8);
      return ArtifactEntry.read(
          JsonFields.of("", CanonicalJson.parse(details, VersionManifest.MAXIMUM_BYTES)));
    } catch (MalformedJsonException malformed) {
      throw new StoreException(
          StoreException.Kind.CORRUPT,
          "what is kept of the artifact " + row.file() + ": " + malformed.getMessage(),
          malformed);
    }
  }

  private <T> Future<T> onWorker(Callable<T> work) {
    return worker.executeBlocking(work, true).map(Objects::requireNonNull);
  }
}
