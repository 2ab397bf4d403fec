package dev.tributary.simulations.chaos;

import dev.tributary.simulations.chaos.Operation.CrashCoordinator;
import dev.tributary.simulations.chaos.Operation.CutOff;
import dev.tributary.simulations.chaos.Operation.DamageCheckpoint;
import dev.tributary.simulations.chaos.Operation.DamageJournal;
import dev.tributary.simulations.chaos.Operation.Diverge;
import dev.tributary.simulations.chaos.Operation.DropDevices;
import dev.tributary.simulations.chaos.Operation.FailSync;
import dev.tributary.simulations.chaos.Operation.FillDisk;
import dev.tributary.simulations.chaos.Operation.GoWrong;
import dev.tributary.simulations.chaos.Operation.KillDevice;
import dev.tributary.simulations.chaos.Operation.LoseDatabase;
import dev.tributary.simulations.chaos.Operation.ReplaceCoordinator;
import dev.tributary.simulations.chaos.Operation.SendHerd;
import dev.tributary.simulations.chaos.Operation.StepDeviceClock;
import dev.tributary.simulations.chaos.Operation.StepServerClock;
import dev.tributary.simulations.chaos.Operation.StopCoordinator;
import dev.tributary.simulations.chaos.fault.CrashWhen;
import dev.tributary.simulations.chaos.network.Mishap;
import dev.tributary.simulations.chaos.network.Mishap.Kind;
import dev.tributary.simulations.chaos.network.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Draws a schedule from a seed. */
final class ScheduleDraw {
  private static final int LEAST_OPERATIONS = 5;
  private static final int MOST_OPERATIONS = 10;
  private static final int LONGEST_GAP_MILLIS = 60_000;
  private static final List<CrashWhen> PLAIN_CRASHES =
      List.of(
          CrashWhen.SELECTING,
          CrashWhen.SELECTING,
          CrashWhen.ACKNOWLEDGED,
          CrashWhen.ACKNOWLEDGED,
          CrashWhen.SURVIVORS_FROZEN,
          CrashWhen.SURVIVORS_FROZEN,
          CrashWhen.MODEL_WRITTEN,
          CrashWhen.MODEL_WRITTEN,
          CrashWhen.PUBLISHED,
          CrashWhen.BEFORE_COMMIT,
          CrashWhen.AFTER_COMMIT,
          CrashWhen.FILE_STEP,
          CrashWhen.ANSWERED);
  private static final List<CrashWhen> SECURE_CRASHES =
      List.of(
          CrashWhen.SELECTING,
          CrashWhen.SELECTING,
          CrashWhen.KEYS_ADVERTISED,
          CrashWhen.KEYS_ADVERTISED,
          CrashWhen.KEYS_ADVERTISED,
          CrashWhen.KEYS_SHARED,
          CrashWhen.ACKNOWLEDGED,
          CrashWhen.SURVIVORS_FROZEN,
          CrashWhen.SURVIVORS_FROZEN,
          CrashWhen.UNMASKING,
          CrashWhen.UNMASKING,
          CrashWhen.UNMASKING,
          CrashWhen.UNMASKING,
          CrashWhen.UNMASKING,
          CrashWhen.MODEL_WRITTEN,
          CrashWhen.MODEL_WRITTEN,
          CrashWhen.PUBLISHED,
          CrashWhen.BEFORE_COMMIT,
          CrashWhen.AFTER_COMMIT,
          CrashWhen.FILE_STEP,
          CrashWhen.ANSWERED);
  private static final List<Step> PLAIN_STEPS =
      List.of(Step.CHECK_IN, Step.MANIFEST, Step.MODEL, Step.UPLOAD, Step.UPLOAD, Step.ANY);
  private static final List<Step> MASKED_STEPS =
      List.of(
          Step.CHECK_IN,
          Step.MANIFEST,
          Step.MODEL,
          Step.KEYS,
          Step.KEYS,
          Step.SHARES,
          Step.SHARES,
          Step.UPLOAD,
          Step.UPLOAD,
          Step.UNMASKING,
          Step.REVEAL,
          Step.ANY);
  private static final List<Step> CONFIRMED_STEPS =
      with(with(MASKED_STEPS, Step.SURVIVORS), Step.CONFIRM);
  private static final List<Step> MASKED_DROPS =
      List.of(Step.KEYS, Step.SHARES, Step.UPLOAD, Step.REVEAL);
  private static final List<Step> CONFIRMED_DROPS = with(MASKED_DROPS, Step.CONFIRM);

  private final SplittableRandom random;
  private final Terms terms;

  private ScheduleDraw(SplittableRandom random, Terms terms) {
    this.random = random;
    this.terms = terms;
  }

  static Schedule draw(long seed) {
    var random = new SplittableRandom(seed);
    Terms terms = Terms.draw(random);
    return new Schedule(seed, terms, new ScheduleDraw(random, terms).operations());
  }

  private List<Schedule.Timed> operations() {
    var drawn = new ArrayList<Schedule.Timed>();
    int count = random.nextInt(LEAST_OPERATIONS, MOST_OPERATIONS + 1);
    Duration at = Duration.ZERO;
    for (int i = 0; i < count; i++) {
      at = at.plusMillis(random.nextInt(LONGEST_GAP_MILLIS));
      drawn.add(new Schedule.Timed(at, operation()));
    }
    return drawn;
  }

  private Operation operation() {
    return switch (random.nextInt(28)) {
      case 0, 1, 2, 3, 4, 5, 24, 25, 26, 27 -> crash();
      case 6, 7 -> goWrong();
      case 8, 9, 20, 21, 22 -> mischief();
      case 10 -> device();
      case 11 -> new DropDevices(any(drops()));
      case 12 -> clock();
      case 13 -> new FillDisk(seconds(1, 120));
      case 14 -> new FailSync();
      case 15 ->
          random.nextBoolean()
              ? new DamageJournal(random.nextInt(3) == 0)
              : new DamageCheckpoint(random.nextBoolean());
      case 16 -> new LoseDatabase(Duration.ofSeconds(60));
      case 17, 23 ->
          random.nextInt(4) == 0
              ? new StopCoordinator(seconds(20, 400))
              : new ReplaceCoordinator(seconds(5, 200));
      case 18 -> new SendHerd(random.nextInt(40, 120));
      default -> device();
    };
  }

  private Operation crash() {
    CrashWhen when = any(terms.secure() ? SECURE_CRASHES : PLAIN_CRASHES);
    int occurrence =
        switch (when) {
          case BEFORE_COMMIT, AFTER_COMMIT, FILE_STEP, ANSWERED -> random.nextInt(1, 40);
          case UNMASKING -> random.nextInt(1, 4);
          case SELECTING, KEYS_ADVERTISED, KEYS_SHARED, ACKNOWLEDGED ->
              random.nextInt(1, Math.max(2, terms.target()));
          case SURVIVORS_FROZEN, MODEL_WRITTEN, PUBLISHED -> 1;
        };
    return new CrashCoordinator(when, occurrence, seconds(1, 20), random.nextInt(3) == 0);
  }

  /** Something of the kind that happens on any network. */
  private Operation goWrong() {
    Kind kind =
        any(
            List.of(
                Kind.LOSE_REQUEST,
                Kind.LOSE_RESPONSE,
                Kind.LOSE_RESPONSE,
                Kind.BREAK_RESPONSE,
                Kind.DUPLICATE,
                Kind.DUPLICATE));
    return new GoWrong(new Mishap(kind, any(steps()), anyDevice()));
  }

  /** Something that happens to uploads. */
  private Operation mischief() {
    Kind kind =
        any(
            List.of(
                Kind.LOSE_RESPONSE,
                Kind.DUPLICATE,
                Kind.DISCONNECT,
                Kind.DISCONNECT,
                Kind.LATE,
                Kind.CONFLICT,
                Kind.CONFLICT,
                Kind.REPLAY,
                Kind.REPLAY,
                Kind.WRONG_LENGTH,
                Kind.WRONG_RESIDUE));
    return new GoWrong(new Mishap(kind, Step.UPLOAD, Mishap.ANYBODY));
  }

  private Operation device() {
    int device = random.nextInt(terms.devices());
    return switch (random.nextInt(4)) {
      case 0 -> new KillDevice(device, 0, seconds(1, 120));
      case 1 -> new CutOff(device, seconds(5, 200));
      case 2 -> new Diverge(device);
      default -> new KillDevice(device, random.nextInt(1, 30), seconds(1, 60));
    };
  }

  private Operation clock() {
    Duration step = Duration.ofHours(random.nextInt(-30, 31));
    return random.nextBoolean()
        ? new StepServerClock(step)
        : new StepDeviceClock(random.nextInt(terms.devices()), step);
  }

  private List<Step> steps() {
    List<Step> masked = terms.confirmation() ? CONFIRMED_STEPS : MASKED_STEPS;
    return terms.secure() ? masked : PLAIN_STEPS;
  }

  private List<Step> drops() {
    List<Step> masked = terms.confirmation() ? CONFIRMED_DROPS : MASKED_DROPS;
    return terms.secure() ? masked : PLAIN_STEPS;
  }

  private static List<Step> with(List<Step> steps, Step more) {
    var all = new ArrayList<>(steps);
    all.add(more);
    return List.copyOf(all);
  }

  private int anyDevice() {
    return random.nextBoolean() ? Mishap.ANYBODY : random.nextInt(terms.devices());
  }

  private Duration seconds(int least, int most) {
    return Duration.ofSeconds(random.nextInt(least, most + 1));
  }

  private <T> T any(List<T> some) {
    return some.get(random.nextInt(some.size()));
  }
}
