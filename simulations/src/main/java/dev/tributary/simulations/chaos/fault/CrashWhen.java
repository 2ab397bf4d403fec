package dev.tributary.simulations.chaos.fault;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The moments in which a coordinator is killed. */
public enum CrashWhen {
  /** A device's place in a round is on disk. */
  SELECTING(Fault.CRASH_WHILE_SELECTING),
  /** A device's keys are on disk. */
  KEYS_ADVERTISED(Fault.CRASH_AFTER_KEYS),
  /** A device's shares are on disk. */
  KEYS_SHARED(null),
  /** An upload was acknowledged. */
  ACKNOWLEDGED(Fault.CRASH_AFTER_ACKNOWLEDGEMENT),
  /** Who is in the sum is on disk. */
  SURVIVORS_FROZEN(Fault.CRASH_AFTER_SURVIVORS),
  /** A device has revealed shares. */
  UNMASKING(Fault.CRASH_WHILE_UNMASKING),
  /** The next model's file is there, and nothing refers to it. */
  MODEL_WRITTEN(Fault.CRASH_AFTER_MODEL_FILE),
  /** A version is published; nobody has heard of it. */
  PUBLISHED(null),
  /** Before some transaction. */
  BEFORE_COMMIT(null),
  /** After some transaction, before anybody hears of it. */
  AFTER_COMMIT(null),
  /** Around some step of a file. */
  FILE_STEP(null),
  /** After some answer is on its way. */
  ANSWERED(null);

  private final @Nullable Fault fault;

  CrashWhen(@Nullable Fault fault) {
    this.fault = fault;
  }

  /** The row of the table that it is. */
  public Optional<Fault> fault() {
    return Optional.ofNullable(fault);
  }
}
