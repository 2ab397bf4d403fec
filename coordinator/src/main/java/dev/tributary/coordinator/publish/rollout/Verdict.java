package dev.tributary.coordinator.publish.rollout;

/** What one gate, or all of them together, say of a version. */
public sealed interface Verdict {

  /** In words, for the history of the channel. */
  String reason();

  /** The version may go to more devices. */
  record Passed(String reason) implements Verdict {}

  /** Not enough is known yet. */
  record Held(String reason) implements Verdict {}

  /** The version goes back. */
  record Failed(String reason) implements Verdict {}
}
