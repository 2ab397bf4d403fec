package dev.tributary.coordinator.round;

/** A stretch of a round that has a deadline. */
public enum Phase {
  /** Gathering devices: {@code Enrolling}. */
  SELECTION,
  /** Awaiting public keys: {@code AdvertisingKeys}. */
  ADVERTISING,
  /** Awaiting shares of keys: {@code SharingKeys}. */
  SHARING,
  /** Awaiting uploads: {@code Collecting}. */
  REPORTING,
  /** Awaiting that devices confirm who is in the sum: {@code Confirming}. */
  CONFIRMING,
  /** Awaiting what unmasks the sum: {@code Unmasking} of a protocol with keys. */
  UNMASKING
}
