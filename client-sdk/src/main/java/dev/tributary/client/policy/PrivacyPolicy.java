package dev.tributary.client.policy;

import dev.tributary.aggregation.protocol.round.RoundManifest;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Decides whether the terms of a round are good enough for the owner of the data. An SPI. Asked
 * with the round's manifest before anything is trained; a refusal is told to the coordinator, and
 * nothing about the data leaves.
 */
@FunctionalInterface
public interface PrivacyPolicy {

  /**
   * Why this device refuses the round, for its owner and the coordinator to read; empty when it
   * consents.
   *
   * @param manifest the round's terms
   * @param history earlier participations that the device still remembers, oldest first
   * @param now the device's clock
   */
  Optional<String> refusal(RoundManifest manifest, List<Participation> history, Instant now);

  /** Whatever the terms. For simulations, where no data is private. */
  static PrivacyPolicy unchecked() {
    return (manifest, history, now) -> Optional.empty();
  }
}
