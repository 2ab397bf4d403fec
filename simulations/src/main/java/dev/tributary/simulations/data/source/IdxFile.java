package dev.tributary.simulations.data.source;

import dev.tributary.security.Sha256;
import dev.tributary.simulations.data.UnusableDataException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * An IDX file of unsigned bytes, in memory: two zero bytes, the type 0x08, the number of
 * dimensions, each extent as a big-endian int, then the values (LeCun, Cortes, Burges, "The MNIST
 * database", file formats). Refused unless it is exactly as long as its header says.
 */
final class IdxFile {

  private static final int UNSIGNED_BYTE = 0x08;

  /**
   * As long as a file may be, packed or unpacked: a cut against a header, or a packed file, that
   * claims too much.
   */
  private static final int MAXIMUM_BYTES = 1 << 30;

  private final Path path;
  private final int[] extents;
  private final byte[] bytes;
  private final int offset;

  private IdxFile(Path path, int[] extents, byte[] bytes, int offset) {
    this.path = path;
    this.extents = extents;
    this.bytes = bytes;
    this.offset = offset;
  }

  /**
   * Reads {@code name} or {@code name.gz}.
   *
   * @param dimensions how many the file must have
   * @param expectedSha256 the digest of the unpacked content by name; a name without one may have
   *     any content
   * @param advice what to do when the file is missing
   */
  static IdxFile read(
      Path directory,
      String name,
      int dimensions,
      Map<String, String> expectedSha256,
      String advice) {
    Path path = DataFiles.firstExisting(directory, advice, name, name + ".gz");
    byte[] bytes = bytes(path);
    int[] extents = extents(path, bytes, dimensions);
    int header = 4 + 4 * dimensions;
    long expected = header + length(path, extents);
    if (bytes.length != expected) {
      throw new UnusableDataException(
          path
              + ": expected "
              + expected
              + " bytes for the extents "
              + Arrays.toString(extents)
              + " in its header, found "
              + bytes.length
              + (bytes.length < expected
                  ? "; the file is cut short"
                  : "; something follows the values"));
    }
    String sha256 = expectedSha256.getOrDefault(name, "");
    if (!sha256.isEmpty() && !sha256.equals(sha256(bytes))) {
      throw new UnusableDataException(
          path
              + ": expected the published content with SHA-256 "
              + sha256
              + ", found "
              + sha256(bytes)
              + "; for other data in this format choose data.name=idx");
    }
    return new IdxFile(path, extents, bytes, header);
  }

  Path path() {
    return path;
  }

  int extent(int dimension) {
    return extents[dimension];
  }

  /** How many values there are. */
  int length() {
    return bytes.length - offset;
  }

  /** The value at this place, in [0, 255]. */
  int value(int index) {
    return Byte.toUnsignedInt(bytes[offset + index]);
  }

  private static byte[] bytes(Path path) {
    try (InputStream raw = Files.newInputStream(path);
        InputStream content =
            path.toString().endsWith(".gz") ? new GZIPInputStream(raw, 1 << 16) : raw) {
      byte[] bytes = content.readNBytes(MAXIMUM_BYTES + 1);
      if (bytes.length > MAXIMUM_BYTES) {
        throw new UnusableDataException(
            path + ": expected at most " + MAXIMUM_BYTES + " bytes unpacked, found more");
      }
      return bytes;
    } catch (EOFException cut) {
      throw new UnusableDataException(
          path + ": expected a whole gzip file, found one that is cut short", cut);
    } catch (ZipException damaged) {
      throw new UnusableDataException(
          path + ": expected a gzip file, found: " + damaged.getMessage(), damaged);
    } catch (IOException unreadable) {
      throw DataFiles.unreadable(path, unreadable);
    }
  }

  private static int[] extents(Path path, byte[] bytes, int dimensions) {
    String magic = "0000%02x%02x".formatted(UNSIGNED_BYTE, dimensions);
    int header = 4 + 4 * dimensions;
    if (bytes.length < 4 || !HexFormat.of().formatHex(bytes, 0, 4).equals(magic)) {
      throw new UnusableDataException(
          path
              + ": expected an IDX file that begins with "
              + magic
              + " (unsigned bytes, "
              + dimensions
              + " dimensions), found "
              + HexFormat.of().formatHex(bytes, 0, Math.min(4, bytes.length)));
    }
    if (bytes.length < header) {
      throw new UnusableDataException(
          path
              + ": expected a header of "
              + header
              + " bytes, found "
              + bytes.length
              + "; the file is cut short");
    }
    ByteBuffer numbers = ByteBuffer.wrap(bytes, 4, header - 4);
    int[] extents = new int[dimensions];
    for (int dimension = 0; dimension < dimensions; dimension++) {
      extents[dimension] = numbers.getInt();
    }
    return extents;
  }

  private static long length(Path path, int[] extents) {
    long length = 1;
    for (int extent : extents) {
      if (extent < 1 || length > MAXIMUM_BYTES / extent) {
        throw new UnusableDataException(
            path
                + ": expected extents of at least 1 and at most "
                + MAXIMUM_BYTES
                + " values, found "
                + Arrays.toString(extents));
      }
      length *= extent;
    }
    return length;
  }

  private static String sha256(byte[] bytes) {
    return HexFormat.of().formatHex(Sha256.of(bytes));
  }
}
