package dev.tributary.coordinator.schedule.run;

import static dev.tributary.coordinator.schedule.run.World.TASK;
import static dev.tributary.coordinator.schedule.run.World.checkInOf;
import static dev.tributary.coordinator.schedule.run.World.config;
import static dev.tributary.coordinator.schedule.run.World.device;
import static dev.tributary.coordinator.schedule.run.World.get;
import static dev.tributary.coordinator.schedule.run.World.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.aggregation.protocol.SdkVersion;
import dev.tributary.aggregation.protocol.TaskName;
import dev.tributary.aggregation.protocol.round.CheckIn;
import dev.tributary.aggregation.protocol.round.CheckInAnswer;
import dev.tributary.aggregation.protocol.round.RoundOutcome;
import dev.tributary.aggregation.runtime.ConfusionMatrix;
import dev.tributary.aggregation.runtime.Evaluation;
import dev.tributary.coordinator.publish.ModelEvaluator;
import dev.tributary.coordinator.schedule.TaskConfig;
import dev.tributary.coordinator.store.TaskStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How tasks begin, pause, end and survive, and which devices they take. */
class TasksTest {
  private static final String PAIR = "cohort: {target: 2, overSelection: 1, minimum: 2}";

  @TempDir private Path directory;

  @Test
  void task_afterItsRounds_isFinished_alsoAfterARestart() {
    try (var world = new World(directory)) {
      world.create(config(PAIR + "\nuntil: {rounds: 2}"));

      publish(world, 1, 2);
      assertThat(status(world)).isEqualTo(TaskStatus.RUNNING);
      publish(world, 1, 2);

      assertThat(status(world)).isEqualTo(TaskStatus.FINISHED);
      assertThat(world.refusedPlace(1)).isEqualTo("finished");
      world.stopAndRestart();
      assertThat(status(world)).isEqualTo(TaskStatus.FINISHED);
      assertThat(get(world.operators().task(TASK)).publishedCount()).isEqualTo(2);
      assertThat(refusal(world.operators().resume(TASK))).isEqualTo(RejectReason.WRONG_STATE);
    }
  }

  @Test
  void lastRound_reporting_selectsNoMore() {
    try (var world = new World(directory)) {
      world.create(config(PAIR + "\nuntil: {rounds: 1}"));
      RoundId round = cohort(world, 1, 2);
      world.manifest(1, round);

      assertThat(world.refusedPlace(3)).isEqualTo("last-round-reporting");
    }
  }

  @Test
  void targetMetric_reachedOnTheCoordinatorsExamples_finishesTheTask() {
    ModelEvaluator ninetyPercent =
        (task, spec, state) ->
            Optional.of(new Evaluation(10, 1.5, ConfusionMatrix.of(2, new long[] {5, 1, 0, 4})));
    try (var world = new World(directory, ninetyPercent)) {
      world.create(
          config(PAIR + "\nuntil: {rounds: 50, targetMetric: {name: accuracy, value: 0.9}}"));

      RoundId round = publish(world, 1, 2);

      assertThat(status(world)).isEqualTo(TaskStatus.FINISHED);
      var metrics =
          get(world.operators().models(Optional.of(TASK))).getFirst().metrics().orElseThrow();
      assertThat(metrics.accuracy()).isEqualTo(0.9);
      assertThat(metrics.loss()).isEqualTo(0.15);
      assertThat(metrics.recall()).containsExactly(5 / 6.0, 1.0);
      assertThat(get(world.operators().round(round)).metrics()).contains(metrics);
    }
  }

  @Test
  void pause_whileSelecting_abandonsThatRoundAndLetsTheOtherFinish() {
    try (var world = new World(directory)) {
      world.create(config(PAIR));
      RoundId reporting = cohort(world, 1, 2);
      world.manifest(1, reporting);
      RoundId selecting = world.assigned(3);

      get(world.operators().pause(TASK));

      assertThat(world.result(3, selecting).detail()).contains("paused");
      assertThat(world.refusedPlace(3)).isEqualTo("paused");
      world.report(1, reporting, 1);
      world.report(2, reporting, 1);
      assertThat(world.result(1, reporting).state()).isEqualTo(RoundOutcome.PUBLISHED);
      world.stopAndRestart();
      assertThat(status(world)).isEqualTo(TaskStatus.PAUSED);
      get(world.operators().resume(TASK));
      assertThat(world.assigned(3).number()).isEqualTo(3);
    }
  }

  @Test
  void crash_whileCollecting_keepsVersionsTasksNumbersAndTheRound() {
    try (var world = new World(directory)) {
      world.create(config(PAIR));
      RoundId published = publish(world, 1, 2);
      RoundId open = cohort(world, 3, 4);
      world.report(3, open, 1);
      var versions = get(world.operators().models(Optional.of(TASK)));

      world.crashAndRestart();

      assertThat(get(world.operators().models(Optional.of(TASK)))).isEqualTo(versions);
      assertThat(world.result(1, published).modelDigest()).contains(versions.getFirst().digest());
      assertThat(refusal(world.devices().result(device(9), open, Duration.ZERO)))
          .isEqualTo(RejectReason.NOT_IN_ROUND);
      world.report(4, open, 1);
      assertThat(world.result(4, open).state()).isEqualTo(RoundOutcome.PUBLISHED);
      RoundId next = publish(world, 3, 4);
      assertThat(next.number()).isEqualTo(3);
      assertThat(get(world.operators().models(Optional.of(TASK))).getFirst().version())
          .isEqualTo(3);
    }
  }

  @Test
  void retryAfterARestart_ofACountedUpload_isAnsweredAsCounted_andOtherBytesAreAConflict() {
    try (var world = new World(directory)) {
      world.create(config(PAIR));
      RoundId round = cohort(world, 1, 2);
      var parameters = world.manifest(1, round).quantization();
      world.report(1, round, 1);
      world.report(2, round, 1);
      world.result(1, round);

      world.crashAndRestart();

      byte[] same = World.packed(parameters, 1);
      byte[] other = World.packed(parameters, 2);
      var desk = world.devices();
      assertThat(get(desk.count(World.upload(1, round, World.uploadId(1), same))).counted())
          .isTrue();
      assertThat(refusal(desk.count(World.upload(1, round, World.uploadId(1), other))))
          .isEqualTo(RejectReason.UPLOAD_CONFLICT);
    }
  }

  @Test
  void stop_whileCollecting_abandonsWithItsReasonBeforeTheDoorsClose() {
    try (var world = new World(directory)) {
      world.create(config(PAIR));
      RoundId open = cohort(world, 1, 2);
      var waiting = world.devices().result(device(1), open, Duration.ofSeconds(30));
      world.manifest(1, open);

      world.stopAndRestart();

      assertThat(get(waiting).detail()).contains("coordinator-stopped");
      assertThat(get(world.operators().round(open)).reason()).contains("coordinator-stopped");
    }
  }

  @Test
  void device_betweenTwoTasks_isInOneRoundAtATime() {
    try (var world = new World(directory)) {
      world.create(config("cohort: {target: 1, overSelection: 1}"));
      world.create(config("letters", "cohort: {target: 1, overSelection: 1}"));

      RoundId first = world.assigned(1);
      RoundId again = world.assigned(1);
      assertThat(again).isEqualTo(first);
      world.report(1, first, 1);
      world.result(1, first);

      var tasks =
          IntStream.rangeClosed(2, 5)
              .mapToObj(
                  d -> {
                    RoundId round = world.assigned(d);
                    world.report(d, round, 1);
                    world.result(d, round);
                    return round.task();
                  })
              .distinct()
              .toList();
      assertThat(tasks).containsExactlyInAnyOrder(TASK, new TaskName("letters"));
    }
  }

  @Test
  void separation_inRounds_keepsADeviceOut_alsoAfterARestart() {
    try (var world = new World(directory)) {
      world.create(config("cohort: {target: 1, overSelection: 1}\nseparation: {rounds: 1}"));
      publish(world, 1);
      assertThat(world.refusedPlace(1)).isEqualTo("too-soon");
      world.stopAndRestart();
      assertThat(world.refusedPlace(1)).isEqualTo("too-soon");

      publish(world, 2);

      assertThat(world.assigned(1).number()).isEqualTo(3);
    }
  }

  @Test
  void separation_inSeconds_isToldToTheDeviceAndKept() {
    try (var world = new World(directory)) {
      world.create(config("cohort: {target: 1, overSelection: 1}\nseparation: {seconds: 100}"));
      RoundId round = world.assigned(1);
      var receipt = world.report(1, round, 1);
      world.result(1, round);
      assertThat(receipt.nextCheckInMinMillis()).isEqualTo(100_000);

      world.timeline.advance(Duration.ofSeconds(99));
      var early = (CheckInAnswer.ComeBack) world.checkIn(1);
      assertThat(early.reasonCode()).isEqualTo("too-soon");
      assertThat(early.minDelayMillis()).isBetween(900L, 1000L);

      world.timeline.advance(Duration.ofSeconds(1));
      assertThat(world.assigned(1).number()).isEqualTo(2);
    }
  }

  @Test
  void eligibility_eachLack_isNamed() {
    try (var world = new World(directory)) {
      world.create(
          config(
              "cohort: {target: 1, overSelection: 1}\n"
                  + "eligibility: {minSdkVersion: 1.2.0, minExamples: 5, attributes: {os: linux}, runtimes: [java]}"));
      var fit =
          new CheckIn(
              World.POPULATION, new SdkVersion(1, 2, 0), 5, Map.of("os", "linux"), List.of("java"));

      assertThat(reason(world, with(fit, new SdkVersion(1, 1, 9)))).isEqualTo("sdk-too-old");
      assertThat(reason(world, with(fit, 4))).isEqualTo("too-few-examples");
      assertThat(reason(world, with(fit, Map.of("os", "macos")))).isEqualTo("attributes-differ");
      assertThat(reason(world, with(fit, List.of("pytorch")))).isEqualTo("no-runtime-for-model");
      assertThat(get(world.devices().checkIn(device(1), fit)))
          .isInstanceOf(CheckInAnswer.Assigned.class);
      assertThat(get(world.devices().checkIn(device(2), checkInOf(9))))
          .isInstanceOf(CheckInAnswer.ComeBack.class);
    }
  }

  @Test
  void evaluation_bySeveralDevices_isStoredWithTheVersionTheyMeasured() {
    try (var world = new World(directory)) {
      world.create(config(PAIR + "\nuntil: {targetMetric: {name: accuracy, value: 0.75}}"));
      RoundId trained = publish(world, 1, 2);
      var version = get(world.operators().models(Optional.of(TASK))).getFirst();
      world.create(
          TaskConfig.parse(
              "{name: check, population: pens, kind: evaluation, evaluates: digits, protocol: plain, cohort: {target: 2, overSelection: 1},"
                  + " until: {rounds: 1}, deadlines: {selectionSeconds: 10}, pace: {floorSeconds: 0, slotSeconds: 0.01}}"));
      RoundId round = world.evaluationRound(new TaskName("check"), 3, 4);
      var manifest = world.manifest(3, round);
      assertThat(manifest.modelDigest()).isEqualTo(version.digest());
      assertThat(manifest.training()).isEmpty();

      world.evaluate(3, round, new long[] {3, 1, 0, 4});
      world.evaluate(4, round, new long[] {1, 1, 0, 2});

      assertThat(world.result(3, round).modelDigest()).contains(version.digest());
      var evaluated = get(world.operators().model(version.digest())).getFirst();
      assertThat(evaluated.round()).contains(trained);
      assertThat(evaluated.evaluations()).hasSize(1);
      var metrics = evaluated.evaluations().getFirst().metrics();
      assertThat(metrics.examples()).isEqualTo(12);
      assertThat(metrics.accuracy()).isEqualTo(10 / 12.0);
      assertThat(metrics.recall()).containsExactly(4 / 6.0, 1.0);
      assertThat(metrics.precision()).containsExactly(1.0, 6 / 8.0);
      assertThat(get(world.operators().task(new TaskName("check"))).status())
          .isEqualTo(TaskStatus.FINISHED);
      assertThat(status(world))
          .isEqualTo(TaskStatus.FINISHED); // its target was met on the devices' examples
    }
  }

  @Test
  void createTask_whatCannotBe_isRefusedAndLeavesNothing() {
    try (var world = new World(directory)) {
      assertThat(refusal(world.operators().createTask(config(PAIR))))
          .isEqualTo(RejectReason.UNKNOWN_POPULATION);
      world.create(config(PAIR));
      assertThat(refusal(world.operators().createTask(config(PAIR))))
          .isEqualTo(RejectReason.NAME_TAKEN);
      assertThat(refusal(world.operators().createPopulation(World.POPULATION)))
          .isEqualTo(RejectReason.NAME_TAKEN);
      var missing =
          config("other", PAIR)
              .toJson()
              .replace("\"seed\":7", "\"initialModel\":\"" + "ab".repeat(32) + "\"");
      assertThat(refusal(world.operators().createTask(TaskConfig.parse(missing))))
          .isEqualTo(RejectReason.BAD_CONFIGURATION);
      assertThat(get(world.operators().tasks())).hasSize(1);
      assertThat(refusal(world.operators().task(new TaskName("none"))))
          .isEqualTo(RejectReason.NOT_FOUND);
      assertThat(refusal(world.operators().rounds(Optional.empty(), 0)))
          .isEqualTo(RejectReason.BAD_PARAMETER);
    }
  }

  @Test
  void progress_isTheWholeLifeOfARound_inOrder() {
    try (var world = new World(directory)) {
      world.create(config("cohort: {target: 1, overSelection: 1}"));

      RoundId round = publish(world, 1);

      var last = world.progress.stream().filter(p -> p.ended()).findFirst().orElseThrow();
      assertThat(world.progress.stream().map(p -> p.state()).toList())
          .containsExactly(
              "Planned",
              "Enrolling",
              "Enrolling",
              "Collecting",
              "Unmasking",
              "Optimizing",
              "Publishing",
              "Published");
      assertThat(get(world.operators().round(round))).isEqualTo(last);
      assertThat(get(world.operators().rounds(Optional.of(TASK), 10))).containsExactly(last);
    }
  }

  private static String reason(World world, CheckIn checkIn) {
    return ((CheckInAnswer.ComeBack) get(world.devices().checkIn(device(1), checkIn))).reasonCode();
  }

  private static CheckIn with(CheckIn c, SdkVersion version) {
    return new CheckIn(c.population(), version, c.exampleCount(), c.attributes(), c.runtimes());
  }

  private static CheckIn with(CheckIn c, int exampleCount) {
    return new CheckIn(c.population(), c.sdkVersion(), exampleCount, c.attributes(), c.runtimes());
  }

  private static CheckIn with(CheckIn c, Map<String, String> attributes) {
    return new CheckIn(c.population(), c.sdkVersion(), c.exampleCount(), attributes, c.runtimes());
  }

  private static CheckIn with(CheckIn c, List<String> runtimes) {
    return new CheckIn(c.population(), c.sdkVersion(), c.exampleCount(), c.attributes(), runtimes);
  }

  private static TaskStatus status(World world) {
    return get(world.operators().task(TASK)).status();
  }

  private static RoundId cohort(World world, int... devices) {
    var rounds = IntStream.of(devices).mapToObj(world::assigned).distinct().toList();
    assertThat(rounds).hasSize(1);
    return rounds.getFirst();
  }

  private static RoundId publish(World world, int... devices) {
    RoundId round = cohort(world, devices);
    for (int device : devices) {
      world.report(device, round, 1);
    }
    assertThat(world.result(devices[0], round).state()).isEqualTo(RoundOutcome.PUBLISHED);
    return round;
  }
}
