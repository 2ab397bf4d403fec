package dev.tributary.aggregation.protocol;

/** How the updates of a round are hidden from the coordinator. */
public enum ProtocolKind {
  /** Not at all: each update is readable to the coordinator, only its transport is encrypted. */
  PLAIN
}
