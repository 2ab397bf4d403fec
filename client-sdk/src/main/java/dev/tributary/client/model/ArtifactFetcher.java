package dev.tributary.client.model;

import dev.tributary.aggregation.publish.ArtifactEntry;
import dev.tributary.aggregation.publish.DeltaEntry;
import dev.tributary.aggregation.publish.FileDigest;
import dev.tributary.aggregation.publish.TargetPaths;
import dev.tributary.aggregation.publish.VersionManifest;
import dev.tributary.client.model.artifact.DeltaDecoder;
import dev.tributary.client.model.artifact.StoredModel;
import dev.tributary.client.model.artifact.UnusableModelException;
import dev.tributary.client.store.FileDownload;
import dev.tributary.client.store.WrongModelException;
import dev.tributary.client.transport.link.CoordinatorException;
import dev.tributary.client.transport.link.PublishedFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Brings an artifact to the disk: it is there already, or as a delta to the current one, or as a
 * whole. What has its final name has its digest.
 */
final class ArtifactFetcher {

  /** Deltas are worked out in memory; beyond this a model comes as a whole. */
  private static final int MAXIMUM_DELTA_RESULT_BYTES = 512 * 1024 * 1024;

  private final ModelStoreSettings settings;
  private final PublishedFiles source;
  private final Path folder;
  private final ModelDisk disk;
  private final DeltaDecoder deltas;

  /**
   * How an artifact came.
   *
   * @param fetchedBytes length of what was fetched
   * @param remark why a delta did not do; empty when there was none, or it did
   */
  record Fetched(UpdateOutcome.Way way, long fetchedBytes, String remark) {}

  ArtifactFetcher(
      ModelStoreSettings settings,
      PublishedFiles source,
      Path folder,
      ModelDisk disk,
      DeltaDecoder deltas) {
    this.settings = settings;
    this.source = source;
    this.folder = folder;
    this.disk = disk;
    this.deltas = deltas;
  }

  /**
   * Sees to it that {@code wanted} is in the folder.
   *
   * @param current what a delta may start from
   */
  Fetched fetch(
      VersionFinder finder,
      VersionManifest manifest,
      ArtifactEntry wanted,
      Optional<StoredModel> current)
      throws KeptModelException, CoordinatorException, IOException, InterruptedException {
    if (isHere(wanted)) {
      return new Fetched(UpdateOutcome.Way.PRESENT, 0, "");
    }
    String remark = "";
    Optional<DeltaEntry> delta =
        current
            .filter(base -> base.kind() == wanted.kind() && deltas.supports(base.kind()))
            .flatMap(base -> manifest.delta(base.digest(), wanted.file()))
            .filter(shorter -> shorter.bytes() < wanted.bytes())
            .filter(shorter -> wanted.bytes() <= MAXIMUM_DELTA_RESULT_BYTES);
    if (delta.isPresent() && current.isPresent()) {
      try {
        rebuild(finder, current.get(), delta.get(), wanted);
        return new Fetched(UpdateOutcome.Way.DELTA, delta.get().bytes(), "");
      } catch (UnusableModelException | KeptModelException unusable) {
        remark = withoutDelta(delta.get(), unusable);
      } catch (CoordinatorException refused) {
        // What asking again may bring is worth the wait; what the coordinator does not have is not.
        if (refused.isTransient()) {
          throw refused;
        }
        remark = withoutDelta(delta.get(), refused);
      }
    }
    download("model", wanted.file(), wanted.bytes(), path(wanted.file()));
    return new Fetched(UpdateOutcome.Way.WHOLE, wanted.bytes(), remark);
  }

  /** A delta is a shortcut: without it the whole model is fetched, and is verified as well. */
  private static String withoutDelta(DeltaEntry delta, Exception why) {
    return "delta " + delta.file() + ": " + why.getMessage();
  }

  /** Where a file of this digest lies. */
  Path path(FileDigest digest) {
    return folder.resolve(digest.hex());
  }

  private boolean isHere(ArtifactEntry wanted) throws IOException {
    Path file = path(wanted.file());
    return Files.exists(file) && FileDownload.isWhole(file, wanted.file().hex(), wanted.bytes());
  }

  private void rebuild(
      VersionFinder finder, StoredModel base, DeltaEntry delta, ArtifactEntry wanted)
      throws UnusableModelException,
          KeptModelException,
          CoordinatorException,
          IOException,
          InterruptedException {
    finder.requireListed(
        TargetPaths.delta(settings.population(), delta.file()), delta.file(), delta.bytes());
    Path file = folder.resolve(delta.file().hex() + ".delta");
    download("delta", delta.file(), delta.bytes(), file);
    byte[] result = deltas.decode(base, Files.readAllBytes(file), (int) wanted.bytes());
    if (result.length != wanted.bytes() || !FileDigest.of(result).equals(wanted.file())) {
      throw new UnusableModelException("it leads to other bytes than those of " + wanted.file());
    }
    disk.replace(path(wanted.file()), result);
    disk.delete(file);
  }

  private void download(String what, FileDigest digest, long bytes, Path file)
      throws KeptModelException, CoordinatorException, IOException, InterruptedException {
    Path partial = folder.resolve(digest.hex() + ".part");
    try {
      disk.fetch(
          new FileDownload(
              what,
              digest.hex(),
              bytes,
              file,
              partial,
              (offset, receiver) -> source.target(digest.hex(), offset, receiver)));
    } catch (WrongModelException other) {
      throw new KeptModelException(UpdateCause.WRONG_FILE, String.valueOf(other.getMessage()));
    }
  }
}
