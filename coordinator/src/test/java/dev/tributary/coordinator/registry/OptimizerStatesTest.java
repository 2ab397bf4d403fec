package dev.tributary.coordinator.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.aggregation.model.ModelLayout;
import dev.tributary.aggregation.model.ModelState;
import dev.tributary.aggregation.model.TensorSpec;
import dev.tributary.aggregation.protocol.TaskName;
import dev.tributary.coordinator.disk.Disk;
import dev.tributary.coordinator.store.StoreException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OptimizerStatesTest {
  private static final TaskName DIGITS = new TaskName("digits");
  private static final TaskName LETTERS = new TaskName("letters");
  private static final ModelState FIRST = state(1, 2);
  private static final ModelState SECOND = state(3, 4);

  @TempDir private Path directory;

  @Test
  void keptState_isTheOnlyOneOfItsTask_andOtherTasksKeepTheirs() {
    var states = new OptimizerStates(directory, Disk.ofMachine());
    var first = states.save(DIGITS, FIRST);
    var second = states.save(DIGITS, SECOND);
    assertThat(states.save(LETTERS, FIRST)).as("the same state").isEqualTo(first);

    states.keepOnly(DIGITS, Optional.of(second));

    assertThat(states.load(DIGITS, second)).isEqualTo(SECOND);
    assertThatThrownBy(() -> states.load(DIGITS, first)).isInstanceOf(StoreException.class);
    assertThat(states.load(LETTERS, first)).isEqualTo(FIRST);
    states.keepOnly(DIGITS, Optional.empty());
    assertThat(directory.resolve("digits")).isEmptyDirectory();
  }

  @Test
  void taskWithoutStates_hasNoFolder() {
    var states = new OptimizerStates(directory, Disk.ofMachine());

    states.keepOnly(DIGITS, Optional.empty());

    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void unfinishedState_ofACrash_goesToo() throws Exception {
    var states = new OptimizerStates(directory, Disk.ofMachine());
    var first = states.save(DIGITS, FIRST);
    Files.writeString(directory.resolve("digits").resolve("model-1.unfinished"), "half");

    states.keepOnly(DIGITS, Optional.of(first));

    assertThat(directory.resolve("digits"))
        .isDirectoryNotContaining(file -> file.toString().endsWith(".unfinished"));
    assertThat(states.load(DIGITS, first)).isEqualTo(FIRST);
  }

  private static ModelState state(float... values) {
    return new ModelState(ModelLayout.of(TensorSpec.of("velocity", values.length)), values);
  }
}
