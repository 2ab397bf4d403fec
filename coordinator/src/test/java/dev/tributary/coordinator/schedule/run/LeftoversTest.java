package dev.tributary.coordinator.schedule.run;

import static dev.tributary.coordinator.schedule.run.World.TASK;
import static dev.tributary.coordinator.schedule.run.World.config;
import static dev.tributary.coordinator.schedule.run.World.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.aggregation.protocol.round.RoundOutcome;
import dev.tributary.coordinator.publish.ModelEvaluator;
import dev.tributary.coordinator.registry.ModelVersion;
import dev.tributary.coordinator.store.TaskStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files that nothing refers to any more, of a task whose server optimiser has momentum: they go,
 * and never before what replaces them is durable.
 */
@Timeout(120)
class LeftoversTest {
  private static final String MOMENTUM =
      "cohort: {target: 1, overSelection: 1}\noptimizer: {momentum: 0.5}\n";
  private static final float STEP = 1f / ((1 << 15) - 1); // a quantisation step of range 1

  @TempDir private Path directory;

  @Test
  void statesOfOldVersions_go_andTheNewestIsKept() throws Exception {
    try (var world = new World(directory)) {
      world.create(config(MOMENTUM));

      for (int round = 1; round <= 5; round++) {
        publish(world, 100);

        var states = versions(world).stream().flatMap(v -> v.optimizerState().stream()).toList();
        assertThat(files("optimizers/digits"))
            .contains(states.getFirst())
            .isSubsetOf(states.subList(0, Math.min(2, states.size()))); // and the one it came from
      }

      world.stopAndRestart();
      assertThat(files("optimizers/digits"))
          .containsExactly(versions(world).getFirst().optimizerState().orElseThrow());
      publish(world, 100);
    }
  }

  @Test
  void crash_afterStateAndModelAreSaved_publishesTheSameOnesOnce() throws Exception {
    var meanwhile = new AtomicReference<Runnable>(() -> {});
    ModelEvaluator evaluator =
        (task, spec, state) -> {
          meanwhile.get().run();
          return Optional.empty();
        };
    try (var world = new World(directory, evaluator)) {
      world.create(config(MOMENTUM));
      publish(world, 100);
      var before = versions(world);
      var modelsBefore = files("models");
      meanwhile.set(() -> replaceOwner(world)); // the result will not get into the journal

      RoundId lost = world.assigned(1);
      world.report(1, lost, 100);
      while (files("models").size() == modelsBefore.size()) {
        Thread.onSpinWait(); // the state is saved before the model
      }
      assertThat(files("optimizers/digits")).hasSize(2);
      meanwhile.set(() -> {});
      world.crashAndRestart();

      assertThat(world.result(1, lost).state()).isEqualTo(RoundOutcome.PUBLISHED);
      assertThat(versions(world)).hasSize(before.size() + 1);
      assertThat(files("models")).hasSize(modelsBefore.size() + 1);
      assertThat(moved(world))
          .isCloseTo(150 * STEP, Offset.offset(STEP / 10)); // 100 and half of 100
      world.crashAndRestart();
      assertThat(files("optimizers/digits"))
          .containsExactly(versions(world).getFirst().optimizerState().orElseThrow());
    }
  }

  @Test
  void finishedTask_keepsNoState() throws Exception {
    try (var world = new World(directory)) {
      world.create(config(MOMENTUM + "until: {rounds: 2}"));
      publish(world, 100);
      publish(world, 100);

      assertThat(get(world.operators().task(TASK)).status()).isEqualTo(TaskStatus.FINISHED);
      while (!files("optimizers/digits").isEmpty()) {
        Thread.onSpinWait();
      }
      assertThat(files("models")).hasSize(3);
      world.stopAndRestart();
      assertThat(versions(world)).hasSize(3);
    }
  }

  private static void replaceOwner(World world) {
    get(
        world
            .database()
            .write(
                connection -> {
                  try (var statement = connection.createStatement()) {
                    return statement.executeUpdate("update leases set epoch = epoch + 1");
                  }
                }));
  }

  private static void publish(World world, int steps) {
    RoundId round = world.assigned(1);
    world.report(1, round, steps);
    assertThat(world.result(1, round).state()).isEqualTo(RoundOutcome.PUBLISHED);
  }

  /** By how much the last round moved the first weight. */
  private static float moved(World world) {
    var newest = versions(world).getFirst();
    var models = world.scheduler().models();
    return models.load(newest.digest()).values()[0]
        - models.load(newest.parent().orElseThrow()).values()[0];
  }

  private static List<ModelVersion> versions(World world) {
    return get(world.operators().models(Optional.of(TASK)));
  }

  /** The models in a folder, of which none is unfinished when nothing is being computed. */
  private Set<ModelDigest> files(String folder) throws IOException {
    try (var files = Files.list(directory.resolve(folder))) {
      return files
          .map(file -> String.valueOf(file.getFileName()))
          .filter(name -> name.endsWith(".safetensors"))
          .map(name -> new ModelDigest(name.substring(0, 64)))
          .collect(Collectors.toSet());
    }
  }
}
