package dev.tributary.coordinator.schedule;

import java.time.Instant;

/**
 * The time that the scheduler lives by: the machine's, or that of a simulation. Safe on any thread.
 */
public interface Timeline {
  Instant now();

  /**
   * Runs the action once, at this time or soon after; on a thread of the timeline, which it must
   * not keep.
   */
  Alarm at(Instant when, Runnable action);

  /** An action that has not run yet. */
  interface Alarm {
    /** The action does not run from now on; without effect when it has. */
    void cancel();
  }
}
