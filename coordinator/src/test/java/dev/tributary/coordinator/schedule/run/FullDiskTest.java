package dev.tributary.coordinator.schedule.run;

import static dev.tributary.coordinator.schedule.run.World.POPULATION;
import static dev.tributary.coordinator.schedule.run.World.TASK;
import static dev.tributary.coordinator.schedule.run.World.get;
import static dev.tributary.coordinator.schedule.run.World.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.aggregation.protocol.round.RoundOutcome;
import dev.tributary.coordinator.registry.ModelVersion;
import dev.tributary.coordinator.schedule.TaskConfig;
import dev.tributary.coordinator.store.FileSizeLimit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A disk on which the journal still fits, but no model: what cannot be saved is not published, and
 * nothing of it stays.
 */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "has no limit on the size of a file")
class FullDiskTest {
  private static final long LIMIT_BYTES = 8 << 20; // SQLite's log is folded in at 4 MiB
  private static final long MODEL_BYTES = 4 * (3000 * 1000 + 1000);

  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.9}) // with momentum the optimiser's state comes before the model
  void fullDisk_whileAModelIsPublished_failsThatRoundOnly_andTheOldVersionIsServed(double momentum)
      throws Exception {
    try (var world = new World(directory)) {
      world.create(large(momentum));
      RoundId first = publish(world);
      var before = versions(world);
      var filesBefore = files();
      RoundId round = world.assigned(1);

      FileSizeLimit.during(
          LIMIT_BYTES,
          () -> {
            assertThat(world.report(1, round, 1).counted()).isTrue();
            var ended = world.awaitProgress(p -> p.round().equals(round) && p.ended());
            assertThat(ended.state()).isEqualTo("Failed");
          });

      assertThat(get(world.operators().round(round)).reason())
          .contains("the result could not be computed", "cannot save a model", "File too large");
      assertThat(world.result(1, round).state()).isEqualTo(RoundOutcome.FAILED);
      assertThat(world.result(1, first).modelDigest()).contains(before.getFirst().digest());
      assertThat(versions(world)).isEqualTo(before);
      assertThat(files()).isEqualTo(filesBefore);
      assertThat(world.scheduler().models().load(before.getFirst().digest()).values()).isNotEmpty();

      RoundId next = publish(world);

      assertThat(next.number()).isEqualTo(round.number() + 1);
      assertThat(versions(world)).hasSize(before.size() + 1);
      assertThat(versions(world).getFirst().parent()).contains(before.getFirst().digest());
    }
  }

  @Test
  void fullDisk_whileATaskIsCreated_refusesTheTask_andLeavesNothingOfIt() throws Exception {
    try (var world = new World(directory)) {
      get(world.operators().createPopulation(POPULATION));

      FileSizeLimit.during(
          LIMIT_BYTES,
          () ->
              assertThat(refusal(world.operators().createTask(large(0))))
                  .isEqualTo(RejectReason.STORAGE_FULL));

      assertThat(get(world.operators().tasks())).isEmpty();
      assertThat(versions(world)).isEmpty();
      assertThat(files()).isEmpty();
      world.create(large(0));
      assertThat(files()).hasSize(1);
      publish(world);
    }
  }

  private static TaskConfig large(double momentum) {
    return TaskConfig.parse(
        """
        name: digits
        population: pens
        model: {format: tributary-model/1, input: [3000], layers: [{type: linear, units: 1000}],
                loss: softmax-cross-entropy, classes: 1000}
        protocol: plain
        cohort: {target: 1, overSelection: 1}
        pace: {floorSeconds: 0, slotSeconds: 0.01}
        optimizer: {momentum: %s}
        """
            .formatted(momentum));
  }

  private static RoundId publish(World world) {
    RoundId round = world.assigned(1);
    world.report(1, round, 1);
    assertThat(world.result(1, round).state()).isEqualTo(RoundOutcome.PUBLISHED);
    return round;
  }

  private static List<ModelVersion> versions(World world) {
    return get(world.operators().models(Optional.of(TASK)));
  }

  /** Models and states of optimisers; each as large as the model, and none of them unfinished. */
  private List<Path> files() throws IOException {
    try (var models = Files.walk(directory.resolve("models"));
        var states = Files.walk(Files.createDirectories(directory.resolve("optimizers")))) {
      var files = Stream.concat(models, states).filter(Files::isRegularFile).sorted().toList();
      for (Path file : files) {
        assertThat(file).hasExtension("safetensors");
        assertThat(Files.size(file)).isBetween(MODEL_BYTES, MODEL_BYTES + 1000);
      }
      return files;
    }
  }
}
