package dev.tributary.coordinator.access;

import java.time.Duration;

/**
 * How long credentials last and how many are remembered.
 *
 * @param session life of a device's session token
 * @param challenge time a device has to sign a challenge
 * @param spentChallenges most challenges remembered as used; beyond it new sessions are told to
 *     come back
 */
public record AccessLimits(Duration session, Duration challenge, int spentChallenges) {

  public AccessLimits {
    if (!session.isPositive() || !challenge.isPositive() || spentChallenges < 1) {
      throw new IllegalArgumentException(
          "session "
              + session
              + ", challenge "
              + challenge
              + ", spent challenges "
              + spentChallenges
              + "; expected all of them above zero");
    }
  }
}
