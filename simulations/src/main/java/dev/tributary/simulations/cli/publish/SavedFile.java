package dev.tributary.simulations.cli.publish;

import dev.tributary.security.Sha256;
import dev.tributary.simulations.cli.operator.AdminConnection;
import dev.tributary.simulations.cli.operator.CommandFailedException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.HexFormat;

/** A file of the coordinator, on its way to a place on this machine. */
final class SavedFile {

  private SavedFile() {}

  /**
   * Saves it, however large, in little memory. To a file beside the target first: what is at the
   * target is whole and right, or was there before.
   *
   * @param path where the coordinator has it
   * @param digest its SHA-256, 64 hexadecimal digits
   * @return its length in bytes
   * @throws CommandFailedException when another file came, or it cannot be written
   */
  static long save(AdminConnection connection, String path, String digest, Path target)
      throws InterruptedException {
    Path unfinished = target.resolveSibling(target.getFileName() + ".unfinished");
    try {
      MessageDigest sha256 = Sha256.start();
      long bytes;
      try (InputStream in = new DigestInputStream(connection.stream(path), sha256);
          OutputStream file = Files.newOutputStream(unfinished)) {
        bytes = in.transferTo(file);
      }
      String found = HexFormat.of().formatHex(sha256.digest());
      if (!found.equals(digest)) {
        throw CommandFailedException.failed(
            "the file that came has the digest " + found + ", not " + digest);
      }
      Files.move(
          unfinished, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      return bytes;
    } catch (IOException e) {
      throw CommandFailedException.failed(target + " cannot be saved: " + e);
    } finally {
      deleteIfThere(unfinished);
    }
  }

  private static void deleteIfThere(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw CommandFailedException.failed(file + " is left over and cannot be deleted: " + e);
    }
  }
}
