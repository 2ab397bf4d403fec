package dev.tributary.security.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OwnerOnlyFileTest {

  @TempDir Path folder;

  @Test
  void written_isReadableByTheOwnerOnly() throws IOException {
    Path file = folder.resolve("key");
    OwnerOnlyFile.replace(file, new byte[] {1, 2, 3});

    assertThat(permissionsOf(file)).isEqualTo("rw-------");
    assertThat(OwnerOnlyFile.read(file, 3)).containsExactly(1, 2, 3);
    assertOnlyFileIs(file);
  }

  @Test
  void replaced_hasTheNewContentAndTightPermissions() throws IOException {
    Path file = Files.write(folder.resolve("key"), new byte[1000]);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

    OwnerOnlyFile.replace(file, new byte[] {7});

    assertThat(permissionsOf(file)).isEqualTo("rw-------");
    assertThat(OwnerOnlyFile.read(file, 10)).containsExactly(7);
    assertOnlyFileIs(file);
  }

  @Test
  void failedReplacement_leavesNothingBehind() throws IOException {
    Path occupied = Files.createDirectory(folder.resolve("key"));
    Files.write(occupied.resolve("content"), new byte[] {1});

    assertThatIOException().isThrownBy(() -> OwnerOnlyFile.replace(occupied, new byte[] {7}));

    assertThat(occupied.resolve("content")).hasBinaryContent(new byte[] {1});
    assertOnlyFileIs(occupied);
  }

  @Test
  void missingFolder_isAnErrorThatNamesIt() {
    Path file = folder.resolve("missing").resolve("key");
    assertThatIOException()
        .isThrownBy(() -> OwnerOnlyFile.replace(file, new byte[1]))
        .withMessageContaining("missing");
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-r-----", "rw--w----", "rw----r--", "rw-----w-", "rwxrwxrwx"})
  void fileThatOthersMayOpen_isRefused(String permissions) throws IOException {
    Path file = folder.resolve("key");
    OwnerOnlyFile.replace(file, new byte[] {1});
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));

    assertThatIOException()
        .isThrownBy(() -> OwnerOnlyFile.read(file, 10))
        .withMessageContainingAll(file.toString(), permissions, "chmod 600");
  }

  @Test
  void largerThanAllowed_isRefused() throws IOException {
    Path file = folder.resolve("key");
    OwnerOnlyFile.replace(file, new byte[11]);
    assertThat(OwnerOnlyFile.read(file, 11)).hasSize(11);
    assertThatIOException()
        .isThrownBy(() -> OwnerOnlyFile.read(file, 10))
        .withMessageContaining("at most 10 bytes");
  }

  private void assertOnlyFileIs(Path file) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  private static String permissionsOf(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }
}
