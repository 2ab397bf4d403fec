package dev.tributary.coordinator.schedule.run;

import static dev.tributary.coordinator.schedule.run.World.TASK;
import static dev.tributary.coordinator.schedule.run.World.config;
import static dev.tributary.coordinator.schedule.run.World.get;
import static dev.tributary.coordinator.schedule.run.World.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.aggregation.protocol.round.RoundOutcome;
import dev.tributary.aggregation.runtime.ConfusionMatrix;
import dev.tributary.aggregation.runtime.Evaluation;
import dev.tributary.coordinator.publish.ModelEvaluator;
import dev.tributary.coordinator.registry.ModelVersion;
import dev.tributary.coordinator.schedule.OperatorDesk.TaskView;
import dev.tributary.coordinator.store.TaskStatus;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A finished task that runs again. */
class RetrainingTest {
  private static final String ONE =
      "cohort: {target: 1, overSelection: 1}\nretraining: {everySeconds: 60}\n";

  @TempDir private Path directory;

  @Test
  void finishedTask_begunAgain_runsForAsManyRounds_alsoThroughARestart() {
    try (var world = new World(directory)) {
      world.create(config(ONE + "optimizer: {momentum: 0.5}\nuntil: {rounds: 2}"));
      publish(world);
      publish(world);
      assertThat(task(world).status()).isEqualTo(TaskStatus.FINISHED);

      var begun = get(world.operators().retrain(TASK, "begun by a test"));
      assertThat(begun.status()).isEqualTo(TaskStatus.RUNNING);
      assertThat(begun.reason()).isEqualTo("begun by a test");
      publish(world);
      world.crashAndRestart();
      assertThat(task(world).status()).isEqualTo(TaskStatus.RUNNING);
      publish(world);

      assertThat(task(world).status()).isEqualTo(TaskStatus.FINISHED);
      assertThat(task(world).reason()).isEqualTo("2 rounds published");
      assertThat(task(world).publishedCount()).isEqualTo(4);
      List<ModelVersion> versions = get(world.operators().models(Optional.of(TASK)));
      assertThat(versions).extracting(ModelVersion::version).containsExactly(4L, 3L, 2L, 1L, 0L);
      assertThat(versions.get(1).parent()).contains(versions.get(2).digest());
    }
  }

  @Test
  void begunAgainAfterARestart_goesOnFromTheOptimisersState() {
    try (var world = new World(directory)) {
      world.create(config(ONE + "optimizer: {momentum: 0.5}\nuntil: {rounds: 1}"));
      publish(world);
      world.stopAndRestart();
      get(world.operators().retrain(TASK, "again"));
      publish(world);
      assertThat(task(world).status()).isEqualTo(TaskStatus.FINISHED);
    }
  }

  @Test
  void targetMetric_isToBeReachedByAVersionOfTheNewRun() {
    ModelEvaluator ninetyPercent =
        (task, spec, state) ->
            Optional.of(new Evaluation(10, 1.5, ConfusionMatrix.of(2, new long[] {5, 1, 0, 4})));
    try (var world = new World(directory, ninetyPercent)) {
      world.create(config(ONE + "until: {rounds: 50, targetMetric: {name: accuracy, value: 0.9}}"));
      publish(world);
      assertThat(task(world).status()).isEqualTo(TaskStatus.FINISHED);
      get(world.operators().retrain(TASK, "again"));
      world.stopAndRestart();
      assertThat(task(world).status()).isEqualTo(TaskStatus.RUNNING);
      publish(world);
      assertThat(task(world).status()).isEqualTo(TaskStatus.FINISHED);
    }
  }

  @Test
  void whatCannotBeginAgain_isRefused() {
    try (var world = new World(directory)) {
      world.create(config(ONE + "until: {rounds: 1}"));
      assertThat(refusal(world.operators().retrain(TASK, "too early")))
          .isEqualTo(RejectReason.WRONG_STATE);
      publish(world);
      get(world.operators().retrain(TASK, "again"));
      assertThat(refusal(world.operators().retrain(TASK, "twice")))
          .isEqualTo(RejectReason.WRONG_STATE);
    }
  }

  @Test
  void withoutARule_nothingWasKept_andItIsRefused() {
    try (var world = new World(directory)) {
      world.create(config("cohort: {target: 1, overSelection: 1}\nuntil: {rounds: 1}"));
      publish(world);
      assertThat(refusal(world.operators().retrain(TASK, "again")))
          .isEqualTo(RejectReason.WRONG_STATE);
    }
  }

  private static TaskView task(World world) {
    return get(world.operators().task(TASK));
  }

  private static void publish(World world) {
    RoundId round = world.assigned(1);
    world.manifest(1, round);
    world.report(1, round, 100);
    assertThat(world.result(1, round).state()).isEqualTo(RoundOutcome.PUBLISHED);
  }
}
