package dev.tributary.client.model;

import dev.tributary.aggregation.publish.ArtifactEntry;
import dev.tributary.aggregation.publish.FileDigest;
import dev.tributary.aggregation.publish.VersionManifest;
import dev.tributary.client.model.artifact.ArtifactLoader;
import dev.tributary.client.model.artifact.DeltaDecoder;
import dev.tributary.client.model.artifact.ModelUser;
import dev.tributary.client.model.artifact.StoredModel;
import dev.tributary.client.model.artifact.TriedModel;
import dev.tributary.client.model.artifact.UnusableModelException;
import dev.tributary.client.store.FileDownload;
import dev.tributary.client.store.OwnerOnly;
import dev.tributary.client.transport.link.CoordinatorException;
import dev.tributary.client.transport.link.PublishedFiles;
import dev.tributary.security.json.MalformedJsonException;
import dev.tributary.security.metadata.trust.VerifiedTargets;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;

/**
 * The published model on this device: looks for a newer one, verifies every step of the way to it,
 * and switches to it as a whole.
 *
 * <p>In its folder: {@code trust.json} (what is believed), {@code models.json} (which model is
 * installed, and which was before), {@code files/} with both, each named by its digest, and parts
 * of what is being fetched. Every one of these is replaced as a whole; what a crash leaves behind
 * is taken up or cleared away by the next {@link #refresh}.
 *
 * <p>{@link #refresh} is for one thread at a time; {@link #current} for any.
 */
public final class ModelStore {

  private static final String INSTALLED = "models.json";

  private final ModelStoreSettings settings;
  private final PublishedFiles source;
  private final ArtifactLoader loader;
  private final DeltaDecoder deltas;
  private final ModelDisk disk;
  private final Path folder;
  private final TrustKeeper trust;
  private volatile Optional<InstalledModels> installed;

  private ModelStore(
      ModelStoreSettings settings,
      PublishedFiles source,
      ArtifactLoader loader,
      DeltaDecoder deltas,
      ModelDisk disk)
      throws IOException {
    this.settings = settings;
    this.source = source;
    this.loader = loader;
    this.deltas = deltas;
    this.disk = disk;
    this.folder = settings.folder().resolve("files");
    OwnerOnly.createFolder(settings.folder());
    OwnerOnly.createFolder(folder);
    this.trust = new TrustKeeper(settings.root(), settings.folder().resolve("trust.json"), disk);
    this.installed = load();
  }

  /**
   * Opens a store and makes its folder if it is not there. Reads the installed model once, to see
   * that it is whole; if it is not, the one before is the current one.
   *
   * @param source where files come from: a {@code CoordinatorLink}
   * @param loader what this device can run
   * @param deltas what it can rebuild from deltas
   * @throws IOException when the folder cannot be used
   * @throws IllegalArgumentException when the settings' root is not signed by its own keys
   */
  public static ModelStore open(
      ModelStoreSettings settings,
      PublishedFiles source,
      ArtifactLoader loader,
      DeltaDecoder deltas)
      throws IOException {
    return open(settings, source, loader, deltas, ModelDisk.FILES);
  }

  static ModelStore open(
      ModelStoreSettings settings,
      PublishedFiles source,
      ArtifactLoader loader,
      DeltaDecoder deltas,
      ModelDisk disk)
      throws IOException {
    return new ModelStore(settings, source, loader, deltas, disk);
  }

  /** The model that is installed; empty before the first. */
  public Optional<StoredModel> current() {
    return installed.map(InstalledModels::current);
  }

  /**
   * Looks for the version that this device should run and switches to it.
   *
   * @param now the time: what has expired is not believed
   * @param user tries the new model before it is installed, and runs it after
   * @return what became of it; whatever came, the device has its old model or the new one
   */
  public UpdateOutcome refresh(Instant now, ModelUser user) throws InterruptedException {
    try {
      VerifiedTargets targets = trust.update(source, now);
      var finder = new VersionFinder(settings, source, targets);
      FileDigest chosen = finder.chosen();
      Optional<StoredModel> before = current();
      if (before.isPresent() && before.get().manifest().equals(chosen)) {
        return new UpdateOutcome.UpToDate(before.get());
      }
      return install(finder, chosen, before, user);
    } catch (KeptModelException kept) {
      return kept.kept();
    } catch (UnusableModelException unusable) {
      return kept(UpdateCause.UNUSABLE_MODEL, unusable);
    } catch (CoordinatorException unreachable) {
      return kept(UpdateCause.UNREACHABLE, unreachable);
    } catch (IOException broken) {
      return kept(UpdateCause.STORAGE, broken);
    } catch (CancellationException interrupted) {
      Thread.interrupted();
      throw (InterruptedException)
          new InterruptedException("the trial of a model was interrupted").initCause(interrupted);
    }
  }

  private static UpdateOutcome.Kept kept(UpdateCause cause, Exception why) {
    String message = why.getMessage();
    return new UpdateOutcome.Kept(
        cause, Optional.empty(), message == null ? why.getClass().getSimpleName() : message);
  }

  private UpdateOutcome install(
      VersionFinder finder, FileDigest chosen, Optional<StoredModel> before, ModelUser user)
      throws KeptModelException,
          UnusableModelException,
          CoordinatorException,
          IOException,
          InterruptedException {
    VersionManifest manifest = finder.manifest(chosen);
    ArtifactEntry artifact = finder.artifact(manifest, loader);
    var fetcher = new ArtifactFetcher(settings, source, folder, disk, deltas);
    ArtifactFetcher.Fetched fetched = fetcher.fetch(finder, manifest, artifact, before);
    var model =
        new StoredModel(
            chosen,
            manifest.version(),
            artifact.kind(),
            manifest.specOf(artifact),
            artifact.codecs(),
            artifact.file(),
            artifact.bytes(),
            fetcher.path(artifact.file()));
    var next = new InstalledModels(model, before);
    try (TriedModel tried = user.tried(model)) {
      disk.replace(settings.folder().resolve(INSTALLED), next.encode());
      installed = Optional.of(next);
      tried.run();
    }
    clear(next);
    return new UpdateOutcome.Switched(
        model, before, fetched.way(), fetched.fetchedBytes(), fetched.remark());
  }

  /**
   * Forgets all versions that were seen and believes the shipped root alone. For a device whose
   * trust is damaged: until metadata that was already replaced has expired, whoever stands between
   * it and its coordinator can show it that.
   */
  public void insecureForgetTrust() throws IOException {
    trust.forget();
  }

  private Optional<InstalledModels> load() throws IOException {
    Path file = settings.folder().resolve(INSTALLED);
    if (Files.notExists(file)) {
      return Optional.empty();
    }
    try (var in = Files.newInputStream(file)) {
      InstalledModels kept =
          InstalledModels.decode(in.readNBytes(InstalledModels.MAXIMUM_BYTES + 1), folder);
      if (isWhole(kept.current())) {
        return Optional.of(kept);
      }
      if (kept.previous().isPresent() && isWhole(kept.previous().get())) {
        return Optional.of(new InstalledModels(kept.previous().get(), Optional.empty()));
      }
      return Optional.empty();
    } catch (MalformedJsonException damaged) {
      // It names files and says nothing that is believed: the next refresh installs anew.
      return Optional.empty();
    }
  }

  private static boolean isWhole(StoredModel model) throws IOException {
    return Files.exists(model.path())
        && FileDownload.isWhole(model.path(), model.digest().hex(), model.bytes());
  }

  /**
   * Deletes what is neither installed nor was before: earlier models, parts that nobody goes on
   * with. What cannot be deleted is left to the next switch: this one is done.
   */
  private void clear(InstalledModels kept) {
    Set<Path> needed = new HashSet<>();
    needed.add(kept.current().path());
    kept.previous().ifPresent(model -> needed.add(model.path()));
    try (var files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        if (!needed.contains(file)) {
          disk.delete(file);
        }
      }
    } catch (IOException | DirectoryIteratorException left) {
      return;
    }
  }
}
