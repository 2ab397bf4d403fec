package dev.tributary.coordinator.round;

import java.util.Locale;

/** Why a round ended without a result. */
public enum AbandonReason {
  /** The selection deadline passed with fewer devices than the minimum. */
  TOO_FEW_DEVICES,
  /**
   * The deadline for advertising or for sharing keys passed with fewer devices than the minimum, or
   * than any masking graph has.
   */
  TOO_FEW_KEYS,
  /**
   * Too few uploads came before the reporting deadline, or so many devices dropped out that too few
   * could come.
   */
  TOO_FEW_UPLOADS,
  /** Too few devices confirmed before the deadline who is in the sum. */
  TOO_FEW_CONFIRMATIONS,
  /** The sum could not be unmasked before its deadline. */
  UNMASKING_TIMED_OUT,
  /** Shares came together that do not open what they should; the detail names who dealt them. */
  FALSE_SHARES,
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
