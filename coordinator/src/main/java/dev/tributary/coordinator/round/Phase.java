package dev.tributary.coordinator.round;

/** A stretch of a round that has a deadline. */
public enum Phase {
  /** Gathering devices: {@code Enrolling}. */
  SELECTION,
  /** Awaiting shares of keys: {@code SharingKeys}. */
  SHARING,
  /** Awaiting uploads: {@code Collecting}. */
  REPORTING,
  /** Awaiting what unmasks the sum: {@code Unmasking} of a protocol with keys. */
  UNMASKING
}
