package dev.tributary.aggregation.secagg.coordinator;

/** What became of a message that was not refused. */
public enum Taken {
  /** It is new, and counts. */
  ACCEPTED,
  /** The same was there already: an answer was lost. */
  REPEATED
}
