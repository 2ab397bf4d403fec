package dev.tributary.security.seal;

import dev.tributary.security.secret.InsecureSecretAccess;
import dev.tributary.security.secret.OwnerOnlyFile;
import dev.tributary.security.secret.SecretBytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * Secrets at rest: files sealed under a key that lies in a file of its own, readable by its owner
 * only. Whoever copies the sealed files without that one has nothing; deleting it makes all of them
 * unreadable at once.
 *
 * <p>Blocks on the disk: not for an event loop. Several threads may use one; two processes must not
 * create the same key file at the same time.
 */
public final class FileSealer {

  private final SealingKey key;
  private final SecureRandom random;

  private FileSealer(SealingKey key, SecureRandom random) {
    this.key = key;
    this.random = random;
  }

  /**
   * The sealer with the key in {@code keyFile}, which is created when it does not exist.
   *
   * @param keyFile 32 bytes; its folder must exist
   * @throws IOException when the file cannot be read or created, is not a key, or others have
   *     access to it
   */
  public static FileSealer withKeyFile(Path keyFile, SecureRandom random) throws IOException {
    if (Files.notExists(keyFile)) {
      byte[] fresh = new byte[SealingKey.LENGTH_BYTES];
      random.nextBytes(fresh);
      try {
        OwnerOnlyFile.replace(keyFile, fresh);
      } finally {
        Arrays.fill(fresh, (byte) 0);
      }
    }
    byte[] bytes = OwnerOnlyFile.read(keyFile, SealingKey.LENGTH_BYTES);
    try {
      return new FileSealer(
          SealingKey.of(SecretBytes.copyOf(bytes, InsecureSecretAccess.get())), random);
    } catch (IllegalArgumentException e) {
      throw new IOException(keyFile + ": " + e.getMessage(), e);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  /**
   * Seals {@code content} into {@code file}, as a whole or not at all.
   *
   * @param purpose what the content is; it opens for the same purpose only
   * @throws IOException when the folder cannot be written; an existing file is then unchanged
   */
  public void write(Path file, String purpose, SecretBytes content) throws IOException {
    OwnerOnlyFile.replace(file, key.seal(associatedData(purpose), content, random));
  }

  /**
   * Opens a file that {@link #write} made.
   *
   * @param maximumBytes refuses a file with more content
   * @throws IOException when the file cannot be read, others have access to it, or it was not
   *     sealed by this key for this purpose
   */
  public SecretBytes read(Path file, String purpose, int maximumBytes) throws IOException {
    byte[] sealed =
        OwnerOnlyFile.read(file, Math.addExact(maximumBytes, SealingKey.OVERHEAD_BYTES));
    return key.open(associatedData(purpose), sealed)
        .orElseThrow(
            () ->
                new IOException(
                    file
                        + ": expected a file sealed by this key for \""
                        + purpose
                        + "\", found another or a changed one"));
  }

  /** Forgets the key; its file remains. */
  public void destroy() {
    key.destroy();
  }

  @Override
  public String toString() {
    return "FileSealer[key redacted]";
  }

  private static byte[] associatedData(String purpose) {
    return ("tributary/file/v1/" + purpose).getBytes(StandardCharsets.UTF_8);
  }
}
