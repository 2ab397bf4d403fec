package dev.tributary.coordinator.registry;

import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.aggregation.model.ModelState;
import dev.tributary.aggregation.model.Safetensors;
import dev.tributary.aggregation.optimize.GridStep;
import dev.tributary.coordinator.disk.Disk;
import dev.tributary.coordinator.store.FileFaults;
import dev.tributary.coordinator.store.StoreException;
import dev.tributary.security.Sha256;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder of safetensors files named by their digest. A file is written under a temporary name,
 * synced, renamed and its folder synced, so that a name that can be seen always has all its bytes.
 * Every method blocks; safe on any thread.
 */
public final class ModelFiles {
  private static final String SUFFIX = ".safetensors";
  private static final int STEP_BYTES = ModelDigest.BYTES + Double.BYTES + Float.BYTES;
  private static final String UNFINISHED = ".unfinished";
  private static final Pattern MODEL = Pattern.compile("([0-9a-f]{64})" + Pattern.quote(SUFFIX));

  private static final Logger LOG = LoggerFactory.getLogger(ModelFiles.class);

  private final Path folder;
  private final Path steps;
  private final Disk disk;

  /** A model on disk. */
  public record StoredModel(ModelDigest digest, long bytes) {}

  private ModelFiles(Path folder, Disk disk) {
    this.folder = folder;
    this.steps = folder.resolveSibling(folder.getFileName() + "-steps");
    this.disk = disk;
  }

  /** Opens a folder, creating it when it is missing, and removes what a crash left unfinished. */
  public static ModelFiles open(Path folder, Disk disk) {
    try {
      create(folder, disk);
      var files = new ModelFiles(folder, disk);
      files.clear(folder);
      if (Files.isDirectory(files.steps)) {
        files.clear(files.steps);
      }
      return files;
    } catch (IOException e) {
      throw failed("open", folder, e);
    }
  }

  private void clear(Path of) throws IOException {
    try (var unfinished = Files.newDirectoryStream(of, "*" + UNFINISHED)) {
      for (Path file : unfinished) {
        disk.delete(file);
      }
    }
  }

  /** Where the model's file is, if it is here. */
  public Optional<Path> find(ModelDigest digest) {
    Path file = path(digest);
    return Files.isRegularFile(file) ? Optional.of(file) : Optional.empty();
  }

  /** Saves a model durably; does nothing when it is here already. */
  public StoredModel save(ModelState state) {
    Path unfinished = folder.resolve("model-" + UUID.randomUUID() + UNFINISHED);
    try {
      var sha256 = Sha256.start();
      disk.write(
          unfinished,
          file -> {
            var out = new BufferedOutputStream(new DigestOutputStream(file, sha256), 64 * 1024);
            Safetensors.write(state, out);
            out.flush();
          });
      var digest = ModelDigest.ofSha256(sha256.digest());
      long bytes = Files.size(unfinished);
      disk.rename(unfinished, path(digest));
      disk.sync(folder);
      return new StoredModel(digest, bytes);
    } catch (IOException e) {
      remove(unfinished, e);
      throw failed("save a model in", folder, e);
    }
  }

  /**
   * Reads a model and checks its digest.
   *
   * @throws StoreException when it is missing ({@code FAILED}) or not what its name says ({@code
   *     CORRUPT})
   */
  public ModelState load(ModelDigest digest) {
    Path file = path(digest);
    try {
      ModelState state = Safetensors.read(file);
      ModelDigest found = ModelDigest.of(state);
      if (!found.equals(digest)) {
        throw new StoreException(
            StoreException.Kind.CORRUPT,
            "model file " + file.getFileName() + " has the digest " + found);
      }
      return state;
    } catch (IOException e) {
      throw failed("read model", file, e);
    }
  }

  /**
   * Notes how the server came from one model to the next, so that a delta between them can be
   * short: a hint that whoever uses it checks, and that nothing is lost without.
   */
  public void noteStep(ModelDigest model, ModelDigest base, GridStep step) {
    byte[] content =
        ByteBuffer.allocate(STEP_BYTES)
            .put(base.bytes())
            .putDouble(step.factor())
            .putFloat(step.learningRate())
            .array();
    Path unfinished = steps.resolve("step-" + UUID.randomUUID() + UNFINISHED);
    try {
      create(steps, disk);
      disk.write(unfinished, file -> file.write(content));
      disk.rename(unfinished, stepPath(model));
    } catch (IOException e) {
      remove(unfinished, e);
      LOG.warn("how model {} came from {} is not noted: a delta will be longer", model, base, e);
    }
  }

  /** How the server came from {@code base} to {@code model}, where that is known. */
  public Optional<GridStep> step(ModelDigest model, ModelDigest base) {
    try {
      if (Files.notExists(stepPath(model))) {
        return Optional.empty();
      }
      ByteBuffer content = ByteBuffer.wrap(Files.readAllBytes(stepPath(model)));
      byte[] from = new byte[ModelDigest.BYTES];
      if (content.remaining() != STEP_BYTES) {
        return Optional.empty();
      }
      content.get(from);
      return ModelDigest.ofSha256(from).equals(base)
          ? Optional.of(new GridStep(content.getDouble(), content.getFloat()))
          : Optional.empty();
    } catch (IOException | IllegalArgumentException unreadable) {
      return Optional.empty();
    }
  }

  /** Size of a model's file in bytes. */
  public long bytes(ModelDigest digest) {
    try {
      return Files.size(path(digest));
    } catch (IOException e) {
      throw failed("find model", path(digest), e);
    }
  }

  /** Removes every model but these, and nothing that is no model; the number of those removed. */
  public int keepOnly(Set<ModelDigest> wanted) {
    int removedCount = 0;
    try (var files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        var model = MODEL.matcher(String.valueOf(file.getFileName()));
        if (model.matches() && !wanted.contains(new ModelDigest(model.group(1)))) {
          disk.delete(file);
          disk.delete(stepPath(new ModelDigest(model.group(1))));
          removedCount++;
        }
      }
      return removedCount;
    } catch (IOException | DirectoryIteratorException e) {
      throw failed("clean up", folder, e instanceof IOException io ? io : new IOException(e));
    }
  }

  private static void create(Path folder, Disk disk) throws IOException {
    if (!Files.isDirectory(folder)) {
      Files.createDirectories(folder);
      Path parent = folder.toAbsolutePath().getParent();
      if (parent != null) {
        disk.sync(parent);
      }
    }
  }

  private Path path(ModelDigest digest) {
    return folder.resolve(digest.hex() + SUFFIX);
  }

  private Path stepPath(ModelDigest digest) {
    return steps.resolve(digest.hex());
  }

  private void remove(Path unfinished, IOException because) {
    try {
      disk.delete(unfinished);
    } catch (IOException e) {
      because.addSuppressed(e);
    }
  }

  private static StoreException failed(String what, Path where, IOException cause) {
    return FileFaults.translate(what + " " + where, cause);
  }
}
