package dev.tributary.coordinator.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.aggregation.model.ModelLayout;
import dev.tributary.aggregation.model.ModelState;
import dev.tributary.aggregation.model.TensorSpec;
import dev.tributary.coordinator.disk.Disk;
import dev.tributary.coordinator.store.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelFilesTest {
  private static final ModelState STATE =
      new ModelState(ModelLayout.of(TensorSpec.of("w", 3)), new float[] {1, 2, 3});

  @TempDir private Path directory;

  @Test
  void saved_isFoundByItsDigestAndReadsBackEqual() throws IOException {
    var files = ModelFiles.open(directory.resolve("models"), Disk.ofMachine());

    var saved = files.save(STATE);

    assertThat(saved.digest()).isEqualTo(ModelDigest.of(STATE));
    assertThat(files.load(saved.digest())).isEqualTo(STATE);
    assertThat(saved.bytes()).isEqualTo(Files.size(files.find(saved.digest()).orElseThrow()));
    assertThat(files.save(STATE)).isEqualTo(saved);
    assertThat(files.find(new ModelDigest("0".repeat(64)))).isEmpty();
  }

  @Test
  void unfinishedFiles_ofACrash_areRemovedAndModelsKept() throws IOException {
    var digest = ModelFiles.open(directory, Disk.ofMachine()).save(STATE).digest();
    Files.writeString(directory.resolve("model-1.unfinished"), "half");

    var files = ModelFiles.open(directory, Disk.ofMachine());

    try (var left = Files.list(directory)) {
      assertThat(left).containsExactly(files.find(digest).orElseThrow());
    }
  }

  @Test
  void modelsThatAreNotWanted_areRemoved_andNothingElse() throws IOException {
    var files = ModelFiles.open(directory, Disk.ofMachine());
    var wanted = files.save(STATE).digest();
    var other = files.save(new ModelState(STATE.layout(), new float[] {4, 5, 6})).digest();
    Path note = Files.writeString(directory.resolve("backup.safetensors"), "not ours");

    assertThat(files.keepOnly(Set.of(wanted))).isEqualTo(1);

    assertThat(files.find(other)).isEmpty();
    assertThat(files.load(wanted)).isEqualTo(STATE);
    assertThat(note).exists();
    assertThat(files.keepOnly(Set.of(wanted))).isZero();
  }

  @Test
  void file_withAFlippedBit_isCorrupt() throws IOException {
    var files = ModelFiles.open(directory, Disk.ofMachine());
    var digest = files.save(STATE).digest();
    Path file = files.find(digest).orElseThrow();
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 4] ^= 1; // a weight
    Files.write(file, bytes);

    assertThatThrownBy(() -> files.load(digest))
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.kind()).isEqualTo(StoreException.Kind.CORRUPT));
  }

  @Test
  void folder_thatCannotBeMade_isNamed() throws IOException {
    Path taken = Files.writeString(directory.resolve("taken"), "x");

    assertThatThrownBy(() -> ModelFiles.open(taken, Disk.ofMachine()))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("taken");
  }
}
