package dev.tributary.coordinator.schedule.run;

import static dev.tributary.coordinator.schedule.run.World.config;
import static dev.tributary.coordinator.schedule.run.World.get;
import static dev.tributary.coordinator.schedule.run.World.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.aggregation.protocol.round.DeviceFailure;
import dev.tributary.aggregation.protocol.round.FailureReport;
import dev.tributary.aggregation.protocol.round.RoundOutcome;
import dev.tributary.coordinator.publish.ModelEvaluator;
import dev.tributary.coordinator.schedule.ledger.CheckpointPolicy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rounds whose coordinator dies and comes back. */
class ResumedRoundTest {
  private static final String THREE = "cohort: {target: 3, overSelection: 1, minimum: 2}";

  @TempDir private Path directory;

  private static RoundId cohort(World world, int... devices) {
    RoundId round = world.assigned(devices[0]);
    for (int i = 1; i < devices.length; i++) {
      assertThat(world.assigned(devices[i])).isEqualTo(round);
    }
    return round;
  }

  /** That the newest version moved from the one before by the mean of these steps. */
  private static void expectMean(World world, double mean) {
    var versions = get(world.operators().models(Optional.of(World.TASK)));
    var before = world.scheduler().models().load(versions.get(1).digest()).values();
    var after = world.scheduler().models().load(versions.getFirst().digest()).values();
    for (int i = 0; i < before.length; i++) {
      assertThat(after[i] - before[i])
          .isCloseTo((float) (mean / ((1 << 15) - 1)), Offset.offset(1e-6f));
    }
  }

  @Test
  void crashAfterEveryReceipt_countsEveryUpdateOnce() {
    try (var world = new World(directory)) {
      world.create(config(THREE));
      RoundId round = cohort(world, 1, 2, 3);
      var first = world.report(1, round, 100);
      world.crashAndRestart();
      assertThat(world.report(1, round, 100).counted()).isEqualTo(first.counted());
      assertThat(get(world.operators().round(round)).countedCount()).isEqualTo(1);
      world.report(2, round, 200);
      world.crashAndRestart();
      world.crashAndRestart();
      world.report(3, round, 600);

      assertThat(world.result(1, round).state()).isEqualTo(RoundOutcome.PUBLISHED);
      expectMean(world, 300);
    }
  }

  @Test
  void otherBytesOfACountedDevice_areAConflict_alsoAfterACrash() {
    try (var world = new World(directory)) {
      world.create(config(THREE));
      RoundId round = cohort(world, 1, 2, 3);
      world.report(1, round, 100);
      var parameters = world.manifest(1, round).quantization();
      world.crashAndRestart();

      var other =
          world
              .devices()
              .count(World.upload(1, round, World.uploadId(1), World.packed(parameters, 7)));

      assertThat(refusal(other)).isEqualTo(RejectReason.UPLOAD_CONFLICT);
    }
  }

  @Test
  void crashWhileSelecting_keepsThePlaces() {
    try (var world = new World(directory)) {
      world.create(config(THREE));
      RoundId round = cohort(world, 1, 2);
      world.crashAndRestart();
      assertThat(world.assigned(1)).isEqualTo(round); // its answer was lost
      assertThat(world.assigned(3)).isEqualTo(round);
      for (int device = 1; device <= 3; device++) {
        world.report(device, round, 100 * device);
      }

      assertThat(world.result(1, round).state()).isEqualTo(RoundOutcome.PUBLISHED);
      expectMean(world, 200);
    }
  }

  @Test
  void crashBetweenTwoRounds_keepsTheOneThatReportsAndTheOneThatSelects() {
    try (var world = new World(directory)) {
      world.create(config(THREE));
      RoundId reporting = cohort(world, 1, 2, 3);
      RoundId selecting = cohort(world, 4, 5);
      assertThat(selecting).isNotEqualTo(reporting);
      world.report(1, reporting, 100);
      world.crashAndRestart();
      world.report(2, reporting, 100);
      assertThat(world.assigned(6)).isEqualTo(selecting);
      world.report(3, reporting, 100);
      assertThat(world.result(1, reporting).state()).isEqualTo(RoundOutcome.PUBLISHED);
      for (int device = 4; device <= 6; device++) {
        world.report(device, selecting, 300);
      }

      assertThat(world.result(4, selecting).state()).isEqualTo(RoundOutcome.PUBLISHED);
      expectMean(world, 300);
    }
  }

  @Test
  void crashWhileTheResultIsComputed_givesTheSameVersion() throws Exception {
    var begun = new CountDownLatch(1);
    var release = new CountDownLatch(1);
    var isFirst = new AtomicBoolean(true);
    ModelEvaluator slowOnce =
        (task, spec, state) -> {
          if (isFirst.compareAndSet(true, false)) {
            begun.countDown();
            awaitUninterruptibly(release);
          }
          return Optional.empty();
        };
    try (var world = new World(directory, slowOnce)) {
      world.create(config(THREE));
      RoundId round = cohort(world, 1, 2, 3);
      world.report(1, round, 100);
      world.report(2, round, 200);
      world.report(3, round, 600);
      assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();
      assertThat(get(world.operators().round(round)).state()).isEqualTo("Optimizing");
      world.crashAndRestart();
      release.countDown();

      assertThat(world.result(1, round).state()).isEqualTo(RoundOutcome.PUBLISHED);
      expectMean(world, 300);
      assertThat(get(world.operators().models(Optional.of(World.TASK)))).hasSize(2);
    }
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void deadlineThatFellIntoTheDowntime_leavesTimeForOneMoreAttempt() {
    try (var world = new World(directory)) {
      world.create(config(THREE));
      RoundId round = cohort(world, 1, 2, 3);
      world.report(1, round, 100);
      world.timeline.advance(Duration.ofSeconds(59));
      world.crashAndRestart();
      get(world.operators().task(World.TASK)); // the lane has taken the round up
      world.timeline.advance(Duration.ofSeconds(20)); // its deadline was after 60 s
      world.report(2, round, 300);
      assertThat(get(world.operators().round(round)).state()).isEqualTo("Collecting");
      world.timeline.advance(Duration.ofSeconds(10));

      assertThat(world.result(1, round).state()).isEqualTo(RoundOutcome.PUBLISHED);
      expectMean(world, 200);
    }
  }

  @Test
  void damagedCheckpoint_abandonsTheRound() throws Exception {
    try (var world = new World(directory)) {
      world.create(config(THREE));
      RoundId round = cohort(world, 1, 2, 3);
      world.report(1, round, 100);
      Path sum = sums().getFirst();
      byte[] bytes = Files.readAllBytes(sum);
      bytes[bytes.length / 2] ^= 1;
      Files.write(sum, bytes);
      world.crashAndRestart();

      assertThat(get(world.operators().round(round)).state()).isEqualTo("Abandoned");
      assertThat(get(world.operators().round(round)).reason()).contains("is damaged");
      assertThat(world.assigned(1).number()).isEqualTo(2);
    }
  }

  @Test
  void fileThatTheJournalDoesNotName_isNotLookedAt() throws Exception {
    try (var world = new World(directory)) {
      world.create(config(THREE));
      RoundId round = cohort(world, 1, 2, 3);
      world.report(1, round, 100);
      assertThat(sums()).hasSize(1);
      String torn = sums().getFirst().toString().replace("-1.sum", "-2.sum");
      Files.write(Path.of(torn), new byte[] {1, 2, 3});
      world.crashAndRestart();
      world.report(2, round, 200);
      world.report(3, round, 600);

      assertThat(world.result(1, round).state()).isEqualTo(RoundOutcome.PUBLISHED);
      expectMean(world, 300);
    }
  }

  @Test
  void missingCheckpoint_abandonsTheRound() throws Exception {
    try (var world = new World(directory)) {
      world.create(config(THREE));
      RoundId round = cohort(world, 1, 2, 3);
      world.report(1, round, 100);
      Files.delete(sums().getFirst());
      world.crashAndRestart();

      assertThat(get(world.operators().round(round)).state()).isEqualTo("Abandoned");
      assertThat(get(world.operators().round(round)).reason()).contains("cannot be read");
    }
  }

  @Test
  void endedRound_leavesNoCheckpoint() throws Exception {
    try (var world = new World(directory)) {
      world.create(config(THREE));
      RoundId round = cohort(world, 1, 2, 3);
      for (int device = 1; device <= 3; device++) {
        world.report(device, round, 1);
      }
      assertThat(world.result(1, round).state()).isEqualTo(RoundOutcome.PUBLISHED);
      world.crashAndRestart(); // after which whatever was still being removed is gone

      assertThat(sums()).isEmpty();
    }
  }

  @Test
  void updateThatWaitsForItsBatch_isRefusedWhenItsRoundIsAbandoned() {
    var batches = new CheckpointPolicy(true, 64, Duration.ofMillis(100));
    try (var world = new World(directory, ModelEvaluator.none(), batches)) {
      world.create(config(THREE));
      RoundId round = cohort(world, 1, 2, 3);
      var parameters = world.manifest(1, round).quantization();
      var waiting =
          world
              .devices()
              .count(World.upload(1, round, World.uploadId(1), World.packed(parameters, 100)));
      for (int device = 2; device <= 3; device++) {
        get(
            world
                .devices()
                .reportFailure(
                    World.device(device),
                    round,
                    FailureReport.of(DeviceFailure.TRAINING_FAILED, "")));
      }
      assertThat(world.result(2, round).state()).isEqualTo(RoundOutcome.ABANDONED);
      get(
          world
              .operators()
              .task(World.TASK)); // the lane has set the alarm of the batch, or is past it
      world.timeline.advance(Duration.ofMillis(100));

      assertThat(refusal(waiting)).isEqualTo(RejectReason.ROUND_ABANDONED);
    }
  }

  @Test
  void checkpointThatCannotBeWritten_acknowledgesNothing_andIsTriedAgain() throws Exception {
    try (var world = new World(directory)) {
      world.create(config(THREE));
      RoundId round = cohort(world, 1, 2, 3);
      Path inTheWay = directory.resolve("sums").resolve(round.toString());
      Files.write(inTheWay, new byte[0]); // where the folder of the round has to be
      var parameters = world.manifest(1, round).quantization();

      var refused =
          world
              .devices()
              .count(World.upload(1, round, World.uploadId(1), World.packed(parameters, 100)));

      assertThat(refusal(refused)).isEqualTo(RejectReason.STORAGE_FULL);
      assertThat(get(world.operators().round(round)).countedCount()).isZero();
      Files.delete(inTheWay);
      var again =
          world
              .devices()
              .count(World.upload(1, round, World.uploadId(1), World.packed(parameters, 100)));
      get(world.operators().task(World.TASK)); // the lane has heard of it
      world.timeline.advance(Duration.ofSeconds(1));
      assertThat(get(again).counted()).isTrue();
      world.report(2, round, 200);
      world.report(3, round, 600);
      assertThat(world.result(1, round).state()).isEqualTo(RoundOutcome.PUBLISHED);
      expectMean(world, 300);
    }
  }

  private List<Path> sums() throws Exception {
    try (var paths = Files.walk(directory.resolve("sums"))) {
      return paths.filter(Files::isRegularFile).toList();
    }
  }
}
