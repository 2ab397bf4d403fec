package dev.tributary.coordinator.round;

import java.util.Locale;

/** Why a round ended without a result. */
public enum AbandonReason {
  /** The selection deadline passed with fewer devices than the minimum. */
  TOO_FEW_DEVICES,
  /** The deadline for sharing keys passed with fewer devices than the minimum. */
  TOO_FEW_KEYS,
  /**
   * Too few uploads came before the reporting deadline, or so many devices dropped out that too few
   * could come.
   */
  TOO_FEW_UPLOADS,
  /** The sum could not be unmasked before its deadline. */
  UNMASKING_TIMED_OUT,
  /** An operator paused the task or abandoned the round. */
  OPERATOR,
  /** The task reached what it ran for while this round was still gathering devices. */
  TASK_FINISHED,
  /** The coordinator was shut down. */
  COORDINATOR_STOPPED,
  /** The coordinator that ran the round died; found in the journal by its successor. */
  COORDINATOR_RESTARTED;

  /** Kebab-case, as in documents and metrics: {@code too-few-devices}. */
  public String code() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
