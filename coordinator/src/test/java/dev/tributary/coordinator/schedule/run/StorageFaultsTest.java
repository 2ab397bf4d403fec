package dev.tributary.coordinator.schedule.run;

import static dev.tributary.coordinator.schedule.run.World.TASK;
import static dev.tributary.coordinator.schedule.run.World.config;
import static dev.tributary.coordinator.schedule.run.World.device;
import static dev.tributary.coordinator.schedule.run.World.get;
import static dev.tributary.coordinator.schedule.run.World.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.aggregation.protocol.round.CheckInAnswer;
import dev.tributary.aggregation.protocol.round.RoundOutcome;
import dev.tributary.aggregation.runtime.ConfusionMatrix;
import dev.tributary.aggregation.runtime.Evaluation;
import dev.tributary.coordinator.publish.ModelEvaluator;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is promised when the disk does not take the journal: nothing is acknowledged that is not on
 * it.
 */
class StorageFaultsTest {
  private static final int MANY = 400;

  @TempDir private Path directory;

  @Test
  void fullDisk_acknowledgesNothingThatIsNotJournaled_andRecoversWhenSpaceIsFreed() {
    try (var world = new World(directory)) {
      world.create(config("cohort: {target: " + MANY + ", overSelection: 1, minimum: 1}"));
      RoundId round = world.assigned(1);
      limitPages(
          world,
          1); // SQLite takes the present size: what needs one page more fails with SQLITE_FULL

      var assigned = new ArrayList<Integer>();
      var refused = new ArrayList<String>();
      for (int d = 2; d <= MANY && refused.size() < 3; d++) {
        var answer = world.checkIn(d);
        if (answer instanceof CheckInAnswer.ComeBack back) {
          refused.add(back.reasonCode());
        } else {
          assigned.add(d);
        }
      }
      assertThat(refused).containsExactly("storage-full", "storage-full", "storage-full");
      assertThat(get(world.operators().round(round)).selectedCount())
          .isEqualTo(1 + assigned.size());

      limitPages(world, 1 << 30);
      world.timeline.advance(Duration.ofSeconds(5));

      var ended = world.awaitProgress(progress -> progress.ended());
      assertThat(ended.state()).isEqualTo("Failed");
      assertThat(ended.reason()).contains("journal");
      assertThat(world.result(1, round).state()).isEqualTo(RoundOutcome.FAILED);
      RoundId next = world.assigned(1);
      assertThat(next).isEqualTo(new RoundId(TASK, 2));
      world.timeline.advance(Duration.ofSeconds(10));
      world.report(1, next, 1);
      assertThat(world.result(1, next).state()).isEqualTo(RoundOutcome.PUBLISHED);
    }
  }

  @Test
  void replacedOwner_changesNothing_andItsSuccessorTakesTheRoundUp() {
    try (var world = new World(directory)) {
      world.create(config("cohort: {target: 3, overSelection: 1, minimum: 2}"));
      RoundId round = IntStream.rangeClosed(1, 3).mapToObj(world::assigned).toList().getFirst();
      var parameters = world.manifest(1, round).quantization();
      get(
          world
              .database()
              .write(
                  connection -> {
                    try (var statement = connection.createStatement()) {
                      return statement.executeUpdate("update leases set epoch = epoch + 1");
                    }
                  }));

      var counted =
          world
              .devices()
              .count(World.upload(1, round, World.uploadId(1), World.packed(parameters, 1)));

      assertThat(refusal(counted)).isEqualTo(RejectReason.SHUTTING_DOWN);
      assertThat(get(world.operators().round(round)).countedCount()).isZero();
      world.crashAndRestart();
      for (int device = 1; device <= 3; device++) {
        world.report(device, round, 1);
      }
      assertThat(world.result(1, round).state()).isEqualTo(RoundOutcome.PUBLISHED);
    }
  }

  @Test
  void publicationThatIsNotJournaled_isShownToNobody_andLeavesNothingInItsRow() {
    ModelEvaluator half =
        (task, spec, state) ->
            Optional.of(new Evaluation(2, 1.5, ConfusionMatrix.of(2, new long[] {1, 0, 1, 0})));
    try (var world = new World(directory, half)) {
      world.create(config("cohort: {target: 1, overSelection: 1}"));
      RoundId round = world.assigned(1);
      sql(world, "alter table model_versions rename to out_of_reach");
      world.report(1, round, 1);

      world.awaitProgress(progress -> progress.state().equals("Publishing"));
      get(world.operators().task(TASK)); // the lane has asked for the publication
      get(world.database().write(connection -> 0)); // the store has answered
      var shown = get(world.operators().task(TASK)).running();

      assertThat(shown).singleElement().returns("Publishing", progress -> progress.state());
      assertThat(shown.getFirst().result()).isEmpty();
      world.timeline.advance(Duration.ofSeconds(5));
      var ended = world.awaitProgress(progress -> progress.ended());
      assertThat(ended.state()).isEqualTo("Failed");
      assertThat(ended.result()).isEmpty();
      assertThat(ended.metrics()).isEmpty();
      assertThat(get(world.operators().round(round))).isEqualTo(ended);
    }
  }

  @Test
  @Timeout(20) // closing waits 30 s for rounds that may still end
  void storeThatGaveUp_acknowledgesNothing_andHoldsNoClosingUp() {
    try (var world = new World(directory)) {
      world.create(config("cohort: {target: 2, overSelection: 1, minimum: 2}"));
      RoundId round = world.assigned(1);
      world.assigned(2);
      var parameters = world.manifest(1, round).quantization();
      world.assigned(3);
      assertThat(world.database().gaveUp().isComplete()).isFalse();
      loseTransaction(world);
      assertThat(get(world.database().gaveUp())).hasMessageContaining("failed commit");

      var counted =
          world
              .devices()
              .count(World.upload(1, round, World.uploadId(1), World.packed(parameters, 1)));

      assertThat(refusal(counted)).isEqualTo(RejectReason.SHUTTING_DOWN);
    }
  }

  private static void loseTransaction(World world) {
    world
        .database()
        .write(
            connection -> {
              try (var statement = connection.createStatement()) {
                return statement.execute("rollback");
              }
            });
  }

  @Test
  void damagedJournalOfAnOpenRound_failsThatRoundOnly() {
    try (var world = new World(directory)) {
      world.create(config("cohort: {target: 2, overSelection: 1, minimum: 2}"));
      world.create(config("letters", "cohort: {target: 2, overSelection: 1, minimum: 2}"));
      RoundId one = world.assigned(1);
      RoundId other = world.assigned(2);
      assertThat(other.task()).isNotEqualTo(one.task());
      get(
          world
              .database()
              .write(
                  connection -> {
                    try (var damage =
                        connection.prepareStatement(
                            "update round_events set payload = payload || ' ' where task = ?")) {
                      damage.setString(1, one.task().text());
                      return damage.executeUpdate();
                    }
                  }));

      world.crashAndRestart();

      assertThat(get(world.operators().round(one)).state()).isEqualTo("Failed");
      assertThat(get(world.operators().round(one)).reason()).contains("damaged");
      assertThat(get(world.operators().round(other)).state()).isEqualTo("Enrolling");
      assertThat(get(world.operators().tasks())).hasSize(2);
      world.crashAndRestart(); // it is ended for good
      assertThat(get(world.operators().round(one)).state()).isEqualTo("Failed");
    }
  }

  private static void sql(World world, String statementText) {
    get(
        world
            .database()
            .write(
                connection -> {
                  try (var statement = connection.createStatement()) {
                    return statement.executeUpdate(statementText);
                  }
                }));
  }

  private static void limitPages(World world, int count) {
    get(
        world
            .database()
            .write(
                connection -> {
                  try (var statement = connection.createStatement()) {
                    return statement.execute("pragma max_page_count = " + count);
                  }
                }));
  }
}
