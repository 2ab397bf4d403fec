package dev.tributary.client.train;

import java.util.Arrays;

/**
 * The randomness of one device in one round. Secret: it undoes the noise of rounding, so it is
 * never printed.
 */
public final class RoundSeeds {

  /** Length of a rounding seed. */
  public static final int ROUNDING_SEED_BYTES = 32;

  private final long trainingSeed;
  private final byte[] roundingSeed;

  /**
   * The seeds of a round.
   *
   * @param trainingSeed any value; drives shuffling
   * @param roundingSeed byte[32], copied; drives stochastic rounding
   */
  public RoundSeeds(long trainingSeed, byte[] roundingSeed) {
    if (roundingSeed.length != ROUNDING_SEED_BYTES) {
      throw new IllegalArgumentException(
          "rounding seed must have " + ROUNDING_SEED_BYTES + " bytes, not " + roundingSeed.length);
    }
    this.trainingSeed = trainingSeed;
    this.roundingSeed = roundingSeed.clone();
  }

  /** Drives the order in which examples are seen. */
  public long trainingSeed() {
    return trainingSeed;
  }

  /** Drives stochastic rounding: a copy, byte[32]. */
  public byte[] roundingSeed() {
    return roundingSeed.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RoundSeeds that
        && trainingSeed == that.trainingSeed
        && Arrays.equals(roundingSeed, that.roundingSeed);
  }

  @Override
  public int hashCode() {
    return 31 * Long.hashCode(trainingSeed) + Arrays.hashCode(roundingSeed);
  }

  @Override
  public String toString() {
    return "RoundSeeds[redacted]";
  }
}
