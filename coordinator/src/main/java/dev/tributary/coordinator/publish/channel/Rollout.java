package dev.tributary.coordinator.publish.channel;

import dev.tributary.aggregation.publish.FileDigest;
import dev.tributary.coordinator.publish.rollout.RolloutState;
import java.time.Instant;

/**
 * A version on its way to the devices of a channel.
 *
 * @param manifest of the version
 * @param salt decides, with a device's id, in which stage the device gets it: another salt for each
 *     rollout, so that it is not always the same devices that go first; 32 hexadecimal digits
 * @param state where it is
 * @param startedAt when it began
 */
public record Rollout(FileDigest manifest, String salt, RolloutState state, Instant startedAt) {

  Rollout in(RolloutState next) {
    return new Rollout(manifest, salt, next, startedAt);
  }
}
