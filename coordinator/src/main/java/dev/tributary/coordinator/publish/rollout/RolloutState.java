package dev.tributary.coordinator.publish.rollout;

import java.time.Duration;
import java.time.Instant;

/** Where a rollout is. Its legal exits are its methods; an ended one has none. */
public sealed interface RolloutState {

  /** Waits for an operator to let it begin. */
  record Awaiting(RolloutPlan plan) implements RolloutState {

    public Staged approve(Instant now) {
      return new Staged(plan, 0, now, "no review yet");
    }

    public RolledBack refuse(String reason) {
      return new RolledBack(reason);
    }
  }

  /**
   * The devices of a stage have the version.
   *
   * @param stage index into the plan's stages
   * @param since when this stage began
   * @param standing what the last review said
   */
  record Staged(RolloutPlan plan, int stage, Instant since, String standing)
      implements RolloutState {

    public Staged {
      if (stage < 0 || stage >= plan.permyriads().size()) {
        throw new IllegalArgumentException(
            "stage: expected 0 to " + (plan.permyriads().size() - 1) + ", got " + stage);
      }
    }

    public int permyriad() {
      return plan.permyriads().get(stage);
    }

    /**
     * What the gates say now. A broken gate rolls back at once; kept gates widen only after the
     * stage's time; the last stage ends in {@link Completed} by the same rule.
     */
    public RolloutState review(StageEvidence evidence, Instant now) {
      return switch (GateReview.of(plan.gates(), evidence)) {
        case Verdict.Failed failed -> new RolledBack(failed.reason());
        case Verdict.Held held -> standing(held.reason());
        case Verdict.Passed passed -> {
          Duration left = plan.minimumTime().minus(Duration.between(since, now));
          yield left.isPositive()
              ? standing("gates kept; the stage lasts another " + left.toSeconds() + " s")
              : widened(now, passed.reason());
        }
      };
    }

    private Staged standing(String reason) {
      return new Staged(plan, stage, since, reason);
    }

    private RolloutState widened(Instant now, String reason) {
      return plan.isLast(stage) ? new Completed(reason) : new Staged(plan, stage + 1, now, reason);
    }

    /** An operator widens by hand, whatever the gates say. */
    public RolloutState widen(Instant now, String reason) {
      return widened(now, reason);
    }

    /** An operator goes back by hand. */
    public RolledBack rollBack(String reason) {
      return new RolledBack(reason);
    }
  }

  /** Every device has the version: it is the release. */
  record Completed(String reason) implements RolloutState {}

  /** Every device goes back to the release. */
  record RolledBack(String reason) implements RolloutState {}
}
