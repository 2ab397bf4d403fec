package dev.tributary.client.store;

import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.client.transport.link.CoordinatorException;
import dev.tributary.client.transport.link.CoordinatorLink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The fetching of the model of a round into a folder that keeps one model: a {@link FileDownload}
 * after which the others go. Used by one thread.
 */
public final class ModelDownload {

  private static final String SUFFIX = ".safetensors";

  private final Path file;
  private final FileDownload download;

  /**
   * A download.
   *
   * @param folder exists; used by this device only
   * @param lengthBytes exact length of the file: what comes beyond it is refused
   */
  public ModelDownload(CoordinatorLink link, Path folder, ModelDigest digest, long lengthBytes) {
    this.file = folder.resolve(digest + SUFFIX);
    this.download =
        new FileDownload(
            "model",
            digest.hex(),
            lengthBytes,
            file,
            folder.resolve(digest + ".part"),
            (offset, receiver) -> link.model(digest, offset, receiver));
  }

  /**
   * The complete, verified file. After a transient failure it may be called again.
   *
   * @throws WrongModelException when the coordinator sent other bytes than the manifest names;
   *     nothing of them is kept
   * @throws IOException when the folder cannot be written
   */
  public Path attempt()
      throws CoordinatorException, WrongModelException, IOException, InterruptedException {
    Path complete = download.attempt();
    deleteOthers();
    return complete;
  }

  /** A device trains one model at a time: older versions would only fill its disk. */
  private void deleteOthers() throws IOException {
    try (var files = Files.newDirectoryStream(file.getParent(), "*.{safetensors,part}")) {
      for (Path other : files) {
        if (!other.equals(file)) {
          Files.deleteIfExists(other);
        }
      }
    }
  }
}
