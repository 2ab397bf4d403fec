package dev.tributary.coordinator.publish.artifact;

import dev.tributary.aggregation.compress.MalformedArtifactException;
import dev.tributary.aggregation.compress.ModelArtifact;
import dev.tributary.aggregation.compress.codec.ModelCodecs;
import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.model.ModelState;
import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.aggregation.publish.ArtifactEntry;
import dev.tributary.aggregation.publish.FileDigest;
import dev.tributary.coordinator.store.StateStore;
import dev.tributary.coordinator.store.StoreException;
import io.vertx.core.Future;
import java.util.List;

/**
 * Uploaded artifact -UploadedModels-> ModelState: the weights of an artifact, to train on from. Any
 * thread; {@link #read} blocks.
 */
public final class UploadedModels {

  private final StateStore database;
  private final ArtifactFiles files;

  public UploadedModels(StateStore database, ArtifactFiles files) {
    this.database = database;
    this.files = files;
  }

  /**
   * An artifact that was uploaded.
   *
   * @param version whose artifact it is
   */
  public record Upload(ModelDigest version, ArtifactEntry entry) {

    /** Whether it holds weights that a codec gives back; a graph does not. */
    public boolean hasWeights() {
      return ModelCodecs.named(entry.codecs().getLast()).isPresent();
    }
  }

  /** The uploads of this file, the newest first: more than one version may have it. */
  public Future<List<Upload>> named(FileDigest file) {
    return database.read(
        connection ->
            VersionCatalogue.artifacts(connection, file).stream()
                .map(row -> new Upload(row.version(), UploadedArtifacts.entry(row)))
                .toList());
  }

  /**
   * The weights in an upload {@link Upload#hasWeights that has some}, with the losses of its way
   * there. Blocks.
   *
   * @param network in it
   * @throws RejectedException when its file has been collected
   * @throws StoreException when the file is not what was uploaded
   */
  public ModelState read(Upload upload, ModelSpec network) throws RejectedException {
    ArtifactEntry entry = upload.entry();
    if (files.find(entry.file()).isEmpty()) {
      throw new RejectedException(
          RejectReason.WRONG_STATE,
          "the file "
              + entry.file()
              + " of kind "
              + entry.kind().code()
              + " is not here any more: it was collected as garbage");
    }
    try {
      return ModelCodecs.decode(
              ModelArtifact.of(entry.kind(), network, files.load(entry.file()), entry.codecs()))
          .state();
    } catch (MalformedArtifactException malformed) { // it was read once, when it was uploaded
      throw new StoreException(
          StoreException.Kind.CORRUPT,
          "artifact " + entry.file() + ": " + malformed.getMessage(),
          malformed);
    }
  }
}
