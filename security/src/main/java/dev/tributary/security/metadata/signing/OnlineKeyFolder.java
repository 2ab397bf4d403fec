package dev.tributary.security.metadata.signing;

import dev.tributary.security.identity.DeviceKeyPair;
import dev.tributary.security.metadata.MetadataRole;
import dev.tributary.security.seal.FileSealer;
import dev.tributary.security.secret.SecretBytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;

/**
 * The keys that a coordinator signs with by itself, one a role, each a sealed file in a folder:
 * {@code targets.key}, {@code snapshot.key}, {@code timestamp.key}. Blocks on the disk.
 */
public final class OnlineKeyFolder {

  private OnlineKeyFolder() {}

  /**
   * Opens the keys; makes those that are not there.
   *
   * @param folder exists; its owner alone should be able to read it
   * @param sealer seals the files
   * @throws IOException when a file cannot be read or made, or was sealed by another key
   */
  public static OnlineSigners open(Path folder, FileSealer sealer, SecureRandom random)
      throws IOException {
    return OnlineSigners.of(
        signer(folder, MetadataRole.TARGETS, sealer, random),
        signer(folder, MetadataRole.SNAPSHOT, sealer, random),
        signer(folder, MetadataRole.TIMESTAMP, sealer, random));
  }

  /** Where the key lies that seals the keys of a folder, unless it is kept elsewhere. */
  public static Path sealingKeyIn(Path folder) {
    return folder.resolve("sealing-key");
  }

  /**
   * The keys in a folder that exists, sealed under the key in a file; what is missing is made.
   *
   * @param sealingKey made when neither it nor a sealed key is there
   * @throws IOException when a file cannot be read or written, or the keys are sealed and the key
   *     that seals them is missing or another
   */
  public static OnlineSigners open(Path folder, Path sealingKey, SecureRandom random)
      throws IOException {
    if (Files.notExists(sealingKey)) { // a new one would open nothing, and hide what is wrong
      for (MetadataRole role : MetadataRole.values()) {
        if (Files.exists(file(folder, role))) {
          throw new IOException(
              sealingKey
                  + ": expected the key that seals the keys in "
                  + folder
                  + ", found nothing");
        }
      }
    }
    return open(folder, FileSealer.withKeyFile(sealingKey, random), random);
  }

  private static Path file(Path folder, MetadataRole role) {
    return folder.resolve(role.text() + ".key");
  }

  private static MetadataSigner signer(
      Path folder, MetadataRole role, FileSealer sealer, SecureRandom random) throws IOException {
    Path file = file(folder, role);
    String purpose = "metadata key of the " + role.text();
    if (Files.notExists(file)) {
      SecretBytes fresh = SecretBytes.random(DeviceKeyPair.PRIVATE_KEY_LENGTH_BYTES, random);
      try {
        sealer.write(file, purpose, fresh);
      } finally {
        fresh.destroy();
      }
    }
    return new MetadataSigner(
        DeviceKeyPair.of(sealer.read(file, purpose, DeviceKeyPair.PRIVATE_KEY_LENGTH_BYTES)));
  }
}
