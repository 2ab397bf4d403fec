package dev.tributary.aggregation.protocol.secagg;

/** What the coordinator is assumed to do, together with the corrupt devices. */
public enum Adversary {
  /** It follows the protocol and tries to learn from what it sees. */
  SEMI_HONEST,
  /** It may send anything, above all different things to different devices. */
  ACTIVE
}
