package dev.tributary.client.store;

import dev.tributary.security.seal.FileSealer;
import dev.tributary.security.secret.SecretBytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a device is in its round, sealed: {@code step.sealed}, under a key of that round alone in
 * {@code step-key}, which its owner only can read. Both are deleted together, so that a copy of the
 * sealed file that was made earlier (a backup, a block of the disk) opens no more. Used by one
 * thread at a time.
 */
final class SealedStep {

  private static final String KEY_FILE = "step-key";
  private static final String SEALED_FILE = "step.sealed";
  private static final String PURPOSE = "step of a round";
  private static final int MAXIMUM_BYTES = 32 << 20;

  private final Path keyFile;
  private final Path sealedFile;
  private @Nullable FileSealer sealer;

  SealedStep(Path folder) {
    this.keyFile = folder.resolve(KEY_FILE);
    this.sealedFile = folder.resolve(SEALED_FILE);
  }

  void save(SecretBytes step) throws IOException {
    if (step.length() > MAXIMUM_BYTES) {
      throw new IOException(
          "a step has at most " + MAXIMUM_BYTES + " bytes, this one " + step.length());
    }
    Uninterrupted.run(
        () -> {
          sealer().write(sealedFile, PURPOSE, step);
          return sealedFile;
        });
  }

  Optional<SecretBytes> load() throws IOException {
    if (!Files.exists(sealedFile)) {
      return Optional.empty();
    }
    if (!Files.exists(keyFile)) {
      throw new IOException("its key " + keyFile + " is missing");
    }
    return Optional.of(Uninterrupted.run(() -> sealer().read(sealedFile, PURPOSE, MAXIMUM_BYTES)));
  }

  void erase() throws IOException {
    close();
    // The key first: a crash in between leaves what nobody can read.
    Files.deleteIfExists(keyFile);
    Files.deleteIfExists(sealedFile);
  }

  void close() {
    FileSealer known = sealer;
    if (known != null) {
      known.destroy();
      sealer = null;
    }
  }

  private FileSealer sealer() throws IOException {
    FileSealer known = sealer;
    if (known == null) {
      known = FileSealer.withKeyFile(keyFile, new SecureRandom());
      sealer = known;
    }
    return known;
  }
}
