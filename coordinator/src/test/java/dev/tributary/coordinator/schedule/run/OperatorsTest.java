package dev.tributary.coordinator.schedule.run;

import static dev.tributary.coordinator.schedule.run.World.TASK;
import static dev.tributary.coordinator.schedule.run.World.config;
import static dev.tributary.coordinator.schedule.run.World.get;
import static dev.tributary.coordinator.schedule.run.World.refusal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.aggregation.protocol.round.RoundOutcome;
import dev.tributary.coordinator.store.TaskStatus;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an operator's order does when the task ends, the disk fails or the coordinator stops. */
class OperatorsTest {
  private static final String ONE = "cohort: {target: 1, overSelection: 1}";

  @TempDir private Path directory;

  @Test
  void resume_ofATaskWhoseLastRoundWasPublishedMeanwhile_finishesIt() {
    try (var world = new World(directory)) {
      world.create(config(ONE + "\nuntil: {rounds: 1}"));
      RoundId last = world.assigned(1);
      world.manifest(1, last);
      assertThat(get(world.operators().pause(TASK)).status()).isEqualTo(TaskStatus.PAUSED);
      world.report(1, last, 1);
      assertThat(world.result(1, last).state()).isEqualTo(RoundOutcome.PUBLISHED);

      assertThat(get(world.operators().resume(TASK)).status()).isEqualTo(TaskStatus.FINISHED);

      assertThat(refusal(world.operators().pause(TASK))).isEqualTo(RejectReason.WRONG_STATE);
      world.stopAndRestart();
      assertThat(get(world.operators().task(TASK)).status()).isEqualTo(TaskStatus.FINISHED);
    }
  }

  @Test
  void pause_thatIsNotOnDisk_isNotAcknowledged_andChangesNothing() {
    try (var world = new World(directory)) {
      world.create(config(ONE));
      sql(
          world,
          "create trigger refused before update on tasks begin select raise(abort, 'no'); end");

      assertThatThrownBy(() -> get(world.operators().pause(TASK))).hasMessageContaining("no");

      assertThat(get(world.operators().task(TASK)).status()).isEqualTo(TaskStatus.RUNNING);
      sql(world, "drop trigger refused");
      assertThat(get(world.operators().pause(TASK)).status()).isEqualTo(TaskStatus.PAUSED);
      world.crashAndRestart();
      assertThat(get(world.operators().task(TASK)).status()).isEqualTo(TaskStatus.PAUSED);
    }
  }

  @Test
  void stoppedScheduler_answersDevicesAndTakesNoTask() {
    try (var world = new World(directory)) {
      world.create(config(ONE));
      RoundId round = world.assigned(1);
      world.report(1, round, 1);
      world.result(1, round);

      world.scheduler().close();

      assertThat(world.refusedPlace(2)).isEqualTo("shutting-down");
      assertThat(world.refusedPlace(3)).isEqualTo("shutting-down");
      assertThat(world.result(1, round).state()).isEqualTo(RoundOutcome.PUBLISHED);
      assertThat(get(world.operators().task(TASK)).publishedCount()).isEqualTo(1);
      assertThat(refusal(world.operators().createTask(config("letters", ONE))))
          .isEqualTo(RejectReason.SHUTTING_DOWN);
    }
  }

  private static void sql(World world, String text) {
    get(
        world
            .database()
            .write(
                connection -> {
                  try (var statement = connection.createStatement()) {
                    return statement.executeUpdate(text);
                  }
                }));
  }
}
