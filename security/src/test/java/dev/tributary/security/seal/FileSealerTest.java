package dev.tributary.security.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.tributary.security.secret.OwnerOnlyFile;
import dev.tributary.security.secret.SecretBytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileSealerTest {

  private static final SecureRandom RANDOM = new SecureRandom();

  @TempDir Path folder;

  private final SecretBytes content = SecretBytes.random(100, RANDOM);
  private Path keyFile;
  private Path file;

  @BeforeEach
  void seal() throws IOException {
    keyFile = folder.resolve("key");
    file = folder.resolve("sealed");
    FileSealer.withKeyFile(keyFile, RANDOM).write(file, "session", content);
  }

  @Test
  void anotherSealerWithTheSameKeyFile_readsIt() throws IOException {
    assertThat(FileSealer.withKeyFile(keyFile, RANDOM).read(file, "session", 100))
        .isEqualTo(content);
  }

  @Test
  void bothFiles_areTheOwnersOnly() throws IOException {
    for (Path path : new Path[] {keyFile, file}) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
          .isEqualTo("rw-------");
    }
  }

  @Test
  void anotherPurpose_isRefused() throws IOException {
    FileSealer sealer = FileSealer.withKeyFile(keyFile, RANDOM);
    assertThatIOException()
        .isThrownBy(() -> sealer.read(file, "identity", 100))
        .withMessageContaining(file.toString())
        .withMessageContaining("identity");
  }

  @Test
  void anotherKey_isRefused() throws IOException {
    FileSealer other = FileSealer.withKeyFile(folder.resolve("other"), RANDOM);
    assertThatIOException().isThrownBy(() -> other.read(file, "session", 100));
  }

  @Test
  void changedFile_isRefused() throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[50] ^= 1;
    OwnerOnlyFile.replace(file, bytes);
    FileSealer sealer = FileSealer.withKeyFile(keyFile, RANDOM);
    assertThatIOException().isThrownBy(() -> sealer.read(file, "session", 100));
  }

  @Test
  void fileLargerThanAllowed_isRefused() throws IOException {
    FileSealer sealer = FileSealer.withKeyFile(keyFile, RANDOM);
    assertThatIOException()
        .isThrownBy(() -> sealer.read(file, "session", 99))
        .withMessageContaining("at most 127 bytes");
  }

  @Test
  void keyFileOfAnotherLength_isRefusedByName() throws IOException {
    Path shortKey = folder.resolve("short");
    OwnerOnlyFile.replace(shortKey, new byte[31]);
    assertThatIOException()
        .isThrownBy(() -> FileSealer.withKeyFile(shortKey, RANDOM))
        .withMessage(shortKey + ": sealing key: expected 32 bytes, got 31");
  }

  @Test
  void keyFileThatOthersMayRead_isRefused() throws IOException {
    Files.setPosixFilePermissions(keyFile, PosixFilePermissions.fromString("rw-r-----"));
    assertThatIOException()
        .isThrownBy(() -> FileSealer.withKeyFile(keyFile, RANDOM))
        .withMessageContaining("rw-r-----");
  }
}
