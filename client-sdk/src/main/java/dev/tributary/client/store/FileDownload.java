package dev.tributary.client.store;

import dev.tributary.client.transport.ResponseHead;
import dev.tributary.client.transport.ResponseReceiver;
import dev.tributary.client.transport.link.CoordinatorException;
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
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The fetching of one file whose length and SHA-256 are known, over as many attempts as it takes;
 * each goes on where the last one broke off. The file gets its final name only once its SHA-256 is
 * right, so what has that name is the file. Used by one thread.
 */
public final class FileDownload {

  private static final int READ_BYTES = 64 * 1024;

  private final String what;
  private final String sha256;
  private final long lengthBytes;
  private final Path file;
  private final Path partial;
  private final Source source;

  /** Where the bytes come from. */
  @FunctionalInterface
  public interface Source {

    /** Streams the file, from {@code offsetBytes} on if that is possible, into {@code receiver}. */
    void stream(long offsetBytes, ResponseReceiver receiver)
        throws CoordinatorException, InterruptedException;
  }

  /**
   * A download.
   *
   * @param what the file is, for messages: {@code model}
   * @param sha256 64 lower-case hexadecimal digits
   * @param lengthBytes exact length of the file: what comes beyond it is refused
   * @param file its final name, in a folder that exists and is used by this device only
   * @param partial where it is collected, in the same folder
   */
  public FileDownload(
      String what, String sha256, long lengthBytes, Path file, Path partial, Source source) {
    this.what = what;
    this.sha256 = sha256;
    this.lengthBytes = lengthBytes;
    this.file = file;
    this.partial = partial;
    this.source = source;
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
    if (Files.exists(file) && isWhole(file, sha256, lengthBytes)) {
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
          "the " + what + " that came is not " + sha256 + ", which the manifest names");
    }
    Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
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

  /** Fetches the rest; false, and nothing is left, when the whole is not the file. */
  private boolean completeFrom(long present)
      throws CoordinatorException, IOException, InterruptedException {
    if (present < lengthBytes) {
      fetchFrom(present);
    }
    if (Files.size(partial) < lengthBytes) {
      throw new UnreachableException(
          "the "
              + what
              + " broke off after "
              + Files.size(partial)
              + " of "
              + lengthBytes
              + " bytes");
    }
    boolean verified = isWhole(partial, sha256, lengthBytes);
    if (!verified) {
      Files.delete(partial);
    }
    return verified;
  }

  private void fetchFrom(long offset)
      throws CoordinatorException, IOException, InterruptedException {
    try (FileChannel channel =
        OwnerOnly.open(partial, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      var writing = new PartWriter(channel, offset);
      try {
        source.stream(offset, writing);
      } catch (UnreachableException broken) {
        writing.rethrowDiskFault();
        if (writing.isTooLong) { // we broke it off; asking again would bring the same
          channel.truncate(0);
          throw new WrongModelException(
              "the " + what + " is longer than the " + lengthBytes + " bytes of the manifest");
        }
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

  /**
   * Whether a file has this length and SHA-256: reads all of it.
   *
   * @param sha256 64 lower-case hexadecimal digits
   */
  public static boolean isWhole(Path candidate, String sha256, long lengthBytes)
      throws IOException {
    if (Files.size(candidate) != lengthBytes) {
      return false;
    }
    MessageDigest digest = Sha256.start();
    try (FileChannel channel = FileChannel.open(candidate, StandardOpenOption.READ)) {
      ByteBuffer chunk = ByteBuffer.allocate(READ_BYTES);
      while (channel.read(chunk) >= 0) {
        digest.update(chunk.flip());
        chunk.clear();
      }
    }
    return HexFormat.of().formatHex(digest.digest()).equals(sha256);
  }

  /**
   * Writes a response's body behind what is already there, or from the start when the coordinator
   * sends all of it.
   */
  private final class PartWriter implements ResponseReceiver {
    private final FileChannel channel;
    private long position;
    private @Nullable IOException diskFault;
    private boolean isTooLong;

    PartWriter(FileChannel channel, long position) {
      this.channel = channel;
      this.position = position;
    }

    @Override
    public void started(ResponseHead head) throws IOException {
      if (head.status() == 206) {
        String expected = "bytes " + position + "-";
        if (!head.header("content-range").orElse("").startsWith(expected)) {
          throw new IOException(
              "asked for the " + what + " from byte " + position + " on, got another range");
        }
      } else {
        position = 0;
        channel.truncate(0);
      }
    }

    @Override
    public void received(ByteBuffer chunk) throws IOException {
      if (chunk.remaining() > lengthBytes - position) {
        isTooLong = true;
        throw new IOException("the " + what + " is too long");
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
