package dev.tributary.aggregation.mask;

/** How the updates of a round are hidden from the coordinator. */
public enum ProtocolKind {
  /** Not at all: each update is readable, only its transport is encrypted. */
  PLAIN,
  /**
   * By masks that cancel in the sum (Bell et al. 2020): the coordinator learns the sum and nothing
   * about one update.
   */
  SECAGG_PLUS
}
