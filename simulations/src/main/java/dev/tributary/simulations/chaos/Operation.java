package dev.tributary.simulations.chaos;

import dev.tributary.simulations.chaos.fault.CrashWhen;
import dev.tributary.simulations.chaos.network.Mishap;
import dev.tributary.simulations.chaos.network.Step;
import java.time.Duration;
import java.util.Locale;

/** Something that is done to a world. */
public sealed interface Operation {

  /** Kills the coordinator the {@code occurrence}-th time that it comes to this moment. */
  record CrashCoordinator(CrashWhen when, int occurrence, Duration down, boolean powerFails)
      implements Operation {}

  /** The coordinator stands still for a while. */
  record StopCoordinator(Duration time) implements Operation {}

  /** The coordinator stands still; another one takes its state over; then the first goes on. */
  record ReplaceCoordinator(Duration pause) implements Operation {}

  /** Kills the process of a device: at once, or within one of its next writes. */
  record KillDevice(int device, int writeSteps, Duration down) implements Operation {}

  /** Nothing comes from or to a device for a while. */
  record CutOff(int device, Duration duration) implements Operation {}

  /** The next such request goes wrong. */
  record GoWrong(Mishap mishap) implements Operation {}

  /** Three in ten devices die when they come to this step. */
  record DropDevices(Step step) implements Operation {}

  /** The next training of a device ends in weights that are no numbers. */
  record Diverge(int device) implements Operation {}

  /** Somebody sets the clock of the coordinator's machine. */
  record StepServerClock(Duration step) implements Operation {}

  /** Somebody sets the clock of a device. */
  record StepDeviceClock(int device, Duration step) implements Operation {}

  /** The disk is full for a while. */
  record FillDisk(Duration duration) implements Operation {}

  /** The next fsync fails. */
  record FailSync() implements Operation {}

  /** The coordinator is killed, and the journal of an open round damaged before it starts again. */
  record DamageJournal(boolean truncated) implements Operation {}

  /** The coordinator is killed, and a checkpoint damaged before it starts again. */
  record DamageCheckpoint(boolean truncated) implements Operation {}

  /** The database answers nobody for a while. */
  record LoseDatabase(Duration duration) implements Operation {}

  /** So many devices that nobody knows check in at the same time. */
  record SendHerd(int count) implements Operation {}

  /** Its name in the output. */
  default String kind() {
    return switch (this) {
      case GoWrong o -> words(o.mishap().kind().name());
      case Operation o -> words(o.getClass().getSimpleName().replaceAll("(?<=.)(?=[A-Z])", "_"));
    };
  }

  private static String words(String name) {
    return name.toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
