package dev.tributary.coordinator.schedule.run;

import static dev.tributary.coordinator.schedule.run.World.config;
import static dev.tributary.coordinator.schedule.run.World.device;
import static dev.tributary.coordinator.schedule.run.World.get;
import static dev.tributary.coordinator.schedule.run.World.packed;
import static dev.tributary.coordinator.schedule.run.World.refusal;
import static dev.tributary.coordinator.schedule.run.World.sha256;
import static dev.tributary.coordinator.schedule.run.World.upload;
import static dev.tributary.coordinator.schedule.run.World.uploadId;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.aggregation.mask.ChunkConsumer;
import dev.tributary.aggregation.mask.PackedSource;
import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.aggregation.protocol.round.CheckInAnswer;
import dev.tributary.aggregation.protocol.round.DeviceFailure;
import dev.tributary.aggregation.protocol.round.FailureReport;
import dev.tributary.aggregation.protocol.round.RoundOutcome;
import dev.tributary.coordinator.intake.VerifiedUploads;
import dev.tributary.coordinator.schedule.UploadAdmission;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One task, its rounds and what devices are told. */
class RoundsTest {
  private static final String THREE = "cohort: {target: 3, overSelection: 1, minimum: 2}";

  private World world;

  @BeforeEach
  void open(@TempDir Path directory) {
    world = new World(directory);
  }

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void round_allReport_publishesTheMeanOfTheUpdates() {
    world.create(config(THREE));
    RoundId round = cohort(1, 2, 3);

    world.report(1, round, 100);
    world.report(2, round, 200);
    world.report(3, round, 600);

    var result = world.result(1, round);
    assertThat(result.state()).isEqualTo(RoundOutcome.PUBLISHED);
    var versions = get(world.operators().models(Optional.of(World.TASK)));
    assertThat(versions).hasSize(2);
    assertThat(result.modelDigest()).contains(versions.getFirst().digest());
    var before = world.scheduler().models().load(versions.getLast().digest());
    var after = world.scheduler().models().load(versions.getFirst().digest());
    float moved = 300f / ((1 << 15) - 1); // mean of 100, 200 and 600 steps of range 1
    for (int i = 0; i < before.values().length; i++) {
      assertThat(after.values()[i] - before.values()[i]).isCloseTo(moved, Offset.offset(1e-6f));
    }
    assertThat(versions.getFirst().parent()).contains(versions.getLast().digest());
    assertThat(versions.getFirst().round()).contains(round);
    assertThat(versions.getFirst().devices()).isEqualTo(3);
  }

  @Test
  void manifest_whileSelecting_isHeldAndReleasedWhenTheCohortIsFull() {
    world.create(config(THREE));
    RoundId round = world.assigned(1);
    var held = world.devices().manifest(device(1), round, Duration.ofSeconds(30));
    world.assigned(2);
    assertThat(held.isComplete()).isFalse();

    world.assigned(3);

    var manifest = get(held).orElseThrow();
    assertThat(manifest.roundId()).isEqualTo(round);
    assertThat(manifest.reportingDeadlineMillis()).isEqualTo(60_000);
    assertThat(manifest.targetCount()).isEqualTo(3);
    assertThat(manifest.minimumCount()).isEqualTo(2);
  }

  @Test
  void manifest_stillSelectingAfterTheWait_isEmpty() {
    world.create(config(THREE));
    RoundId round = world.assigned(1);
    var held = world.devices().manifest(device(1), round, Duration.ofSeconds(5));
    get(world.operators().task(World.TASK)); // the lane has seen the question

    world.timeline.advance(Duration.ofSeconds(5));

    assertThat(get(held)).isEmpty();
  }

  @Test
  void selectionDeadline_atLeastTheMinimum_startsWithWhoCame() {
    world.create(config(THREE));
    RoundId round = cohort(1, 2);

    world.timeline.advance(Duration.ofSeconds(10));

    assertThat(world.manifest(2, round).roundId()).isEqualTo(round);
  }

  @Test
  void selectionDeadline_tooFewDevices_abandonsAndFreesThem() {
    world.create(config(THREE));
    RoundId round = world.assigned(1);
    var held = world.devices().manifest(device(1), round, Duration.ofSeconds(30));

    world.timeline.advance(Duration.ofSeconds(10));

    assertThat(refusal(held)).isEqualTo(RejectReason.ROUND_ABANDONED);
    assertThat(world.result(1, round).state()).isEqualTo(RoundOutcome.ABANDONED);
    assertThat(world.assigned(1)).isEqualTo(new RoundId(World.TASK, 2));
  }

  @Test
  void deviceThatVanishes_reportingDeadline_publishesWithoutIt() {
    world.create(config(THREE));
    RoundId round = cohort(1, 2, 3);
    world.report(1, round, 100);
    world.report(2, round, 300);

    world.timeline.advance(Duration.ofSeconds(60));

    assertThat(world.result(1, round).state()).isEqualTo(RoundOutcome.PUBLISHED);
    var late =
        world
            .devices()
            .admitUpload(device(3), round, uploadId(3), 1, new byte[32], Optional.empty());
    assertThat(refusal(late)).isEqualTo(RejectReason.ROUND_CLOSED);
    assertThat(get(world.operators().round(round)).countedCount()).isEqualTo(2);
  }

  @Test
  void devicesThatNeverAnswer_reportingDeadline_abandonsTheRound() {
    world.create(config(THREE));
    RoundId round = cohort(1, 2, 3);
    world.report(1, round, 100);
    var waiting = world.devices().result(device(1), round, Duration.ofSeconds(30));

    world.timeline.advance(Duration.ofSeconds(29));
    assertThat(waiting.isComplete()).isFalse();
    world.timeline.advance(Duration.ofSeconds(31));

    assertThat(world.result(1, round).state()).isEqualTo(RoundOutcome.ABANDONED);
    assertThat(world.result(1, round).detail()).contains("too-few-uploads");
    assertThat(get(world.operators().models(Optional.of(World.TASK)))).hasSize(1);
  }

  @Test
  void failureReports_soManyThatTooFewAreLeft_abandonAtOnce() {
    world.create(config(THREE));
    RoundId round = cohort(1, 2, 3);

    get(
        world
            .devices()
            .reportFailure(
                device(1), round, FailureReport.of(DeviceFailure.TRAINING_FAILED, "NaN")));
    get(
        world
            .devices()
            .reportFailure(
                device(1), round, FailureReport.of(DeviceFailure.TRAINING_FAILED, "NaN")));
    assertThat(get(world.operators().round(round)).droppedCount()).isEqualTo(1);
    get(
        world
            .devices()
            .reportFailure(device(2), round, FailureReport.of(DeviceFailure.SHUTTING_DOWN, "")));

    assertThat(world.result(3, round).state()).isEqualTo(RoundOutcome.ABANDONED);
  }

  @Test
  void failureReport_everyOtherDeviceCounted_publishesWithoutWaiting() {
    world.create(config(THREE));
    RoundId round = cohort(1, 2, 3);
    world.report(1, round, 1);
    world.report(2, round, 2);

    get(
        world
            .devices()
            .reportFailure(device(3), round, FailureReport.of(DeviceFailure.OUT_OF_RESOURCES, "")));

    assertThat(world.result(1, round).state()).isEqualTo(RoundOutcome.PUBLISHED);
  }

  @Test
  void identicalRetry_beforeAndAfterTheEnd_getsTheSameReceiptAndCountsOnce() {
    world.create(config(THREE));
    RoundId round = cohort(1, 2, 3);
    byte[] packed = packed(world.manifest(1, round).quantization(), 5);

    var first = get(world.devices().count(upload(1, round, uploadId(1), packed)));
    var again = get(world.devices().count(upload(1, round, uploadId(1), packed)));
    var admitted =
        get(
            world
                .devices()
                .admitUpload(
                    device(1),
                    round,
                    uploadId(1),
                    packed.length,
                    sha256(packed),
                    Optional.empty()));

    assertThat(first.counted()).isTrue();
    assertThat(again).isEqualTo(first);
    assertThat(admitted).isEqualTo(new UploadAdmission.AlreadyCounted(first));
    world.report(2, round, 5);
    world.report(3, round, 5);
    assertThat(world.result(1, round).state()).isEqualTo(RoundOutcome.PUBLISHED);
    assertThat(get(world.devices().count(upload(1, round, uploadId(1), packed)))).isEqualTo(first);
    assertThat(get(world.operators().round(round)).countedCount()).isEqualTo(3);
  }

  @Test
  void twoIdenticalUploadsAtOnce_countOnce() {
    world.create(config(THREE));
    RoundId round = cohort(1, 2, 3);
    byte[] packed = packed(world.manifest(1, round).quantization(), 5);

    var one = world.devices().count(upload(1, round, uploadId(1), packed));
    var other = world.devices().count(upload(1, round, uploadId(1), packed));

    assertThat(get(one)).isEqualTo(get(other));
    assertThat(get(world.operators().round(round)).countedCount()).isEqualTo(1);
  }

  @Test
  void sameDevice_otherBytesOrOtherId_isAConflictAndTheFirstIsKept() {
    world.create(config(THREE));
    RoundId round = cohort(1, 2, 3);
    var parameters = world.manifest(1, round).quantization();
    get(world.devices().count(upload(1, round, uploadId(1), packed(parameters, 5))));

    var otherBytes = world.devices().count(upload(1, round, uploadId(1), packed(parameters, 6)));
    var otherId = world.devices().count(upload(1, round, uploadId(99), packed(parameters, 5)));

    assertThat(refusal(otherBytes)).isEqualTo(RejectReason.UPLOAD_CONFLICT);
    assertThat(refusal(otherId)).isEqualTo(RejectReason.UPLOAD_CONFLICT);
    assertThat(get(world.operators().round(round)).countedCount()).isEqualTo(1);
  }

  @Test
  void admission_wrongLength_strangerOrUnknownRound_isRefused() {
    world.create(config(THREE));
    RoundId round = cohort(1, 2, 3);
    world.manifest(1, round);
    var desk = world.devices();
    byte[] sha = new byte[32];

    assertThat(refusal(desk.admitUpload(device(1), round, uploadId(1), 3, sha, Optional.empty())))
        .isEqualTo(RejectReason.WRONG_LENGTH);
    assertThat(refusal(desk.admitUpload(device(9), round, uploadId(9), 3, sha, Optional.empty())))
        .isEqualTo(RejectReason.NOT_IN_ROUND);
    assertThat(
            refusal(
                desk.admitUpload(
                    device(1), new RoundId(World.TASK, 77), uploadId(1), 3, sha, Optional.empty())))
        .isEqualTo(RejectReason.UNKNOWN_ROUND);
    assertThat(refusal(desk.manifest(device(9), round, Duration.ZERO)))
        .isEqualTo(RejectReason.NOT_IN_ROUND);
    assertThat(refusal(desk.result(device(9), round, Duration.ZERO)))
        .isEqualTo(RejectReason.NOT_IN_ROUND);
  }

  @Test
  void uploadWhoseBytesCannotBeRead_failsTheRoundAndNothingIsPublished() {
    world.create(config(THREE));
    RoundId round = cohort(1, 2, 3);
    var parameters = world.manifest(1, round).quantization();
    byte[] cutShort = Arrays.copyOf(packed(parameters, 1), (int) parameters.packedBytes() - 1);
    var lying =
        new PackedSource() {
          @Override
          public long lengthBytes() {
            return parameters.packedBytes();
          }

          @Override
          public void forEachChunk(ChunkConsumer consumer) {
            consumer.accept(cutShort, 0, cutShort.length);
          }
        };

    var counted =
        world
            .devices()
            .count(VerifiedUploads.of(device(1), round, uploadId(1), sha256(cutShort), lying));

    assertThat(refusal(counted)).isEqualTo(RejectReason.INTERNAL);
    assertThat(world.result(2, round).state()).isEqualTo(RoundOutcome.FAILED);
    assertThat(get(world.operators().models(Optional.of(World.TASK)))).hasSize(1);
  }

  @Test
  void deadline_whileAnUploadIsBeingAdded_waitsForItAndTakesNoOther() {
    world.create(config(THREE));
    RoundId round = cohort(1, 2, 3);
    var parameters = world.manifest(1, round).quantization();
    byte[] packed = packed(parameters, 1);
    world.report(1, round, 1);
    var reading = new CountDownLatch(1);
    var mayFinish = new CountDownLatch(1);
    var slow =
        new PackedSource() {
          @Override
          public long lengthBytes() {
            return packed.length;
          }

          @Override
          public void forEachChunk(ChunkConsumer consumer) throws IOException {
            reading.countDown();
            await(mayFinish);
            consumer.accept(packed, 0, packed.length);
          }
        };
    var counted =
        world
            .devices()
            .count(VerifiedUploads.of(device(2), round, uploadId(2), sha256(packed), slow));
    await(reading);

    world.timeline.advance(Duration.ofSeconds(60));
    var late =
        world
            .devices()
            .admitUpload(
                device(3), round, uploadId(3), packed.length, sha256(packed), Optional.empty());
    assertThat(refusal(late)).isEqualTo(RejectReason.ROUND_CLOSED);
    assertThat(get(world.operators().round(round)).state()).isEqualTo("Collecting");
    mayFinish.countDown();

    assertThat(get(counted).counted()).isTrue();
    assertThat(world.result(2, round).state()).isEqualTo(RoundOutcome.PUBLISHED);
    assertThat(get(world.operators().round(round)).countedCount()).isEqualTo(2);
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void overSelection_surplusDevice_isToldThatTheRoundIsClosed() {
    world.create(config("cohort: {target: 2, overSelection: 1.5, minimum: 1}"));
    RoundId round = cohort(1, 2, 3);
    var parameters = world.manifest(3, round).quantization();
    world.report(1, round, 1);
    world.report(2, round, 1);

    var surplus = world.devices().count(upload(3, round, uploadId(3), packed(parameters, 1)));

    assertThat(refusal(surplus)).isEqualTo(RejectReason.ROUND_CLOSED);
    assertThat(world.result(3, round).state()).isEqualTo(RoundOutcome.PUBLISHED);
  }

  @Test
  void manyUploadsAtOnce_targetOfThem_areCountedAndTheRestRefused() {
    world.create(config("cohort: {target: 40, overSelection: 1.5, minimum: 40}"));
    RoundId round = cohort(IntStream.rangeClosed(1, 60).toArray());
    var parameters = world.manifest(1, round).quantization();

    var answers =
        IntStream.rangeClosed(1, 60)
            .mapToObj(
                d -> world.devices().count(upload(d, round, uploadId(d), packed(parameters, 1))))
            .toList();
    long countedCount =
        answers.stream()
            .filter(
                answer ->
                    answer
                        .toCompletionStage()
                        .toCompletableFuture()
                        .handle((r, f) -> f == null)
                        .join())
            .count();

    assertThat(countedCount).isEqualTo(40);
    assertThat(world.result(1, round).state()).isEqualTo(RoundOutcome.PUBLISHED);
    assertThat(get(world.operators().models(Optional.of(World.TASK))).getFirst().devices())
        .isEqualTo(40);
  }

  @Test
  void checkInAgain_answerWasLost_getsTheSamePlace() {
    world.create(config(THREE));

    RoundId round = world.assigned(1);

    assertThat(world.assigned(1)).isEqualTo(round);
    assertThat(get(world.operators().round(round)).selectedCount()).isEqualTo(1);
  }

  @Test
  void nextRound_selectsWhileThisOneReports_andStartsFromItsModel() {
    world.create(config(THREE));
    RoundId first = cohort(1, 2, 3);
    world.manifest(1, first);
    RoundId second = cohort(4, 5, 6);
    assertThat(second).isEqualTo(new RoundId(World.TASK, 2));
    var held = world.devices().manifest(device(4), second, Duration.ofSeconds(30));
    assertThat(held.isComplete()).isFalse();
    assertThat(world.refusedPlace(7)).isEqualTo("cohort-full");

    world.report(1, first, 100);
    world.report(2, first, 100);
    world.report(3, first, 100);

    var published = world.result(1, first).modelDigest().orElseThrow();
    assertThat(get(held).orElseThrow().modelDigest()).isEqualTo(published);
  }

  @Test
  void countedDevice_mayJoinTheNextRoundAtOnce() {
    world.create(config(THREE));
    RoundId first = cohort(1, 2, 3);
    world.manifest(1, first);
    assertThat(world.assigned(1)).isEqualTo(first); // still owes its update

    world.report(1, first, 100);

    assertThat(world.assigned(1)).isEqualTo(new RoundId(World.TASK, 2));
  }

  @Test
  void receipt_window_isWithinThePaceOfTheTask() {
    world.create(config(THREE));
    RoundId round = cohort(1, 2, 3);

    var receipt = world.report(1, round, 1);

    assertThat(receipt.nextCheckInMinMillis()).isBetween(0L, 10L);
    assertThat(receipt.nextCheckInMaxMillis()).isBetween(receipt.nextCheckInMinMillis(), 11L);
  }

  @Test
  void unknownPopulation_isRefused_andKnownOneWithoutTasks_comesBackLater() {
    assertThat(refusal(world.devices().checkIn(device(1), World.checkInOf(1))))
        .isEqualTo(RejectReason.UNKNOWN_POPULATION);

    get(world.operators().createPopulation(World.POPULATION));

    var answer = (CheckInAnswer.ComeBack) world.checkIn(1);
    assertThat(answer.reasonCode()).isEqualTo("no-task");
    assertThat(answer.minDelayMillis()).isEqualTo(48_000);
    assertThat(answer.maxDelayMillis()).isEqualTo(72_000);
  }

  /** Checks these devices in and gives the round that all of them are in. */
  private RoundId cohort(int... devices) {
    var rounds = IntStream.of(devices).mapToObj(world::assigned).distinct().toList();
    assertThat(rounds).hasSize(1);
    return rounds.getFirst();
  }
}
