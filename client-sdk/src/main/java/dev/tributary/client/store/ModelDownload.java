package dev.tributary.client.store;

import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.client.transport.ResponseHead;
import dev.tributary.client.transport.ResponseReceiver;
import dev.tributary.client.transport.link.CoordinatorException;
import dev.tributary.client.transport.link.CoordinatorLink;
import dev.tributary.client.transport.link.RefusedException;
import dev.tributary.client.transport.link.UnreachableException;
import dev.tributary.security.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * The fetching of one model into a folder, over as many attempts as it takes; each goes on where
 * the last one broke off. A file gets its final name only once its SHA-256 is that of the manifest,
 * so what has that name is the model. Used by one thread.
 */
public final class ModelDownload {

  private static final String SUFFIX = ".safetensors";
  private static final int READ_BYTES = 64 * 1024;

  private final CoordinatorLink link;
  private final ModelDigest digest;
  private final long lengthBytes;
  private final Path file;
  private final Path partial;

  /**
   * A download.
   *
   * @param folder exists; used by this device only
   * @param lengthBytes exact length of the file: what comes beyond it is refused
   */
  public ModelDownload(CoordinatorLink link, Path folder, ModelDigest digest, long lengthBytes) {
    this.link = link;
    this.digest = digest;
    this.lengthBytes = lengthBytes;
    this.file = folder.resolve(digest + SUFFIX);
    this.partial = folder.resolve(digest + ".part");
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
    if (Files.exists(file) && Files.size(file) == lengthBytes && isVerified(file)) {
      return file;
    }
    long present = presentBytes();
    boolean verified = completeFrom(present);
    if (!verified && present > 0) {
      // A power failure may have kept the length of the part and not its bytes: it is no fault of
      // the coordinator's before it has sent them all.
      verified = completeFrom(0);
    }
    if (!verified) {
      throw new WrongModelException(
          "the model that came is not " + digest + ", which the manifest names");
    }
    Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    deleteOthers();
    return file;
  }

  private long presentBytes() throws IOException {
    long present = Files.exists(partial) ? Files.size(partial) : 0;
    if (present > lengthBytes) {
      Files.delete(partial);
      return 0;
    }
    return present;
  }

  /** Fetches the rest; false, and nothing is left, when the whole is not the model. */
  private boolean completeFrom(long present)
      throws CoordinatorException, IOException, InterruptedException {
    if (present < lengthBytes) {
      fetchFrom(present);
    }
    if (Files.size(partial) < lengthBytes) {
      throw new UnreachableException(
          "the model broke off after " + Files.size(partial) + " of " + lengthBytes + " bytes");
    }
    boolean verified = isVerified(partial);
    if (!verified) {
      Files.delete(partial);
    }
    return verified;
  }

  private void fetchFrom(long offset)
      throws CoordinatorException, IOException, InterruptedException {
    try (FileChannel channel =
        OwnerOnly.open(partial, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      var writing = new PartWriter(channel, offset, lengthBytes);
      try {
        link.model(digest, offset, writing);
      } catch (UnreachableException broken) {
        writing.rethrowDiskFault();
        throw broken;
      } catch (RefusedException refused) {
        if (refused.status() == 416) {
          // What is here does not continue into what is there: begin again.
          channel.truncate(0);
        }
        throw refused;
      } finally {
        channel.force(true);
      }
    }
  }

  private boolean isVerified(Path candidate) throws IOException {
    MessageDigest sha256 = Sha256.start();
    try (FileChannel channel = FileChannel.open(candidate, StandardOpenOption.READ)) {
      ByteBuffer chunk = ByteBuffer.allocate(READ_BYTES);
      while (channel.read(chunk) >= 0) {
        sha256.update(chunk.flip());
        chunk.clear();
      }
    }
    return ModelDigest.ofSha256(sha256.digest()).equals(digest);
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

  /**
   * Writes a response's body behind what is already there, or from the start when the coordinator
   * sends all of it.
   */
  private static final class PartWriter implements ResponseReceiver {
    private final FileChannel channel;
    private final long lengthBytes;
    private long position;
    private @Nullable IOException diskFault;

    PartWriter(FileChannel channel, long position, long lengthBytes) {
      this.channel = channel;
      this.position = position;
      this.lengthBytes = lengthBytes;
    }

    @Override
    public void started(ResponseHead head) throws IOException {
      if (head.status() == 206) {
        String expected = "bytes " + position + "-";
        if (!head.header("content-range").orElse("").startsWith(expected)) {
          throw new IOException(
              "asked for the model from byte " + position + " on, got another range");
        }
      } else {
        position = 0;
        channel.truncate(0);
      }
    }

    @Override
    public void received(ByteBuffer chunk) throws IOException {
      if (chunk.remaining() > lengthBytes - position) {
        throw new IOException(
            "the model is longer than the " + lengthBytes + " bytes of the manifest");
      }
      try {
        while (chunk.hasRemaining()) {
          position += channel.write(chunk, position);
        }
      } catch (IOException fault) {
        diskFault = fault;
        throw fault;
      }
    }

    void rethrowDiskFault() throws IOException {
      if (diskFault != null) {
        throw diskFault;
      }
    }
  }
}
