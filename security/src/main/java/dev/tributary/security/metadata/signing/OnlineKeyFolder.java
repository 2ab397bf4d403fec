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

  private static MetadataSigner signer(
      Path folder, MetadataRole role, FileSealer sealer, SecureRandom random) throws IOException {
    Path file = folder.resolve(role.text() + ".key");
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
