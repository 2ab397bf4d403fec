package dev.tributary.client.policy;

import dev.tributary.aggregation.mask.graph.Adversary;
import dev.tributary.aggregation.protocol.round.RoundManifest;
import dev.tributary.aggregation.secagg.device.DeviceFloors;
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

  /**
   * What the owner assumes of a round with secure aggregation: the device checks the manifest and
   * the devices of the round against it before it deals a share, and leaves a round that is weaker.
   */
  default DeviceFloors floors() {
    return DeviceFloors.standard();
  }

  /**
   * Whatever the terms, as long as they are of secure aggregation at all. For simulations, where no
   * data is private.
   */
  static PrivacyPolicy unchecked() {
    return new PrivacyPolicy() {
      @Override
      public Optional<String> refusal(
          RoundManifest manifest, List<Participation> history, Instant now) {
        return Optional.empty();
      }

      @Override
      public DeviceFloors floors() {
        return new DeviceFloors(2, Adversary.SEMI_HONEST, 0, 1);
      }
    };
  }
}
