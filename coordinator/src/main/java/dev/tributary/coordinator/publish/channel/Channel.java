package dev.tributary.coordinator.publish.channel;

import java.util.Optional;

/**
 * What a channel names now.
 *
 * @param release the version that devices run when they are not yet reached by a rollout
 * @param rollout under way; an ended one is in the history only
 * @param changes how often the channel changed
 */
public record Channel(
    ChannelName name, Optional<ManifestDigest> release, Optional<Rollout> rollout, long changes) {

  Channel with(Optional<ManifestDigest> newRelease, Optional<Rollout> newRollout) {
    return new Channel(name, newRelease, newRollout, changes + 1);
  }
}
