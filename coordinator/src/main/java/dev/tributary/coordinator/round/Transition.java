package dev.tributary.coordinator.round;

import dev.tributary.aggregation.protocol.RejectReason;
import java.util.List;

/**
 * What an event did to a round.
 *
 * @param next the state from now on; the same as before unless the event was accepted
 * @param verdict whether the event counted; only accepted events belong in the journal
 * @param effects what is to be done now that the event is durable, in this order; empty unless
 *     accepted
 * @param reason why, for logs and operators
 */
public record Transition(
    RoundState next, Verdict verdict, List<RoundEffect> effects, String reason) {

  public Transition {
    effects = List.copyOf(effects);
    if (!(verdict instanceof Verdict.Accepted) && !effects.isEmpty()) {
      throw new IllegalArgumentException(
          "an event that is not accepted has no effects, not " + effects);
    }
  }

  /** How an event ends. All three are counted in the metrics. */
  public sealed interface Verdict {
    /** It changed the round. */
    record Accepted() implements Verdict {}

    /** It asks for what this state forbids: the sender is told so. */
    record Rejected(RejectReason reason) implements Verdict {}

    /** It is true but no longer matters: a late timer, a repeated report. */
    record Discarded() implements Verdict {}
  }

  /** The first transition of every round: from nothing to its plan. */
  public static Transition planned(RoundState first) {
    return new Transition(first, new Verdict.Accepted(), List.of(), "planned");
  }

  static Transition accepted(RoundState next, String reason, RoundEffect... effects) {
    return new Transition(next, new Verdict.Accepted(), List.of(effects), reason);
  }

  static Transition rejected(RoundState same, RejectReason because, String reason) {
    return new Transition(same, new Verdict.Rejected(because), List.of(), reason);
  }

  static Transition discarded(RoundState same, String reason) {
    return new Transition(same, new Verdict.Discarded(), List.of(), reason);
  }
}
