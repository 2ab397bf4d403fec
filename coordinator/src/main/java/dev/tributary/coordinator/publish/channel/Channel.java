package dev.tributary.coordinator.publish.channel;

import dev.tributary.aggregation.publish.FileDigest;
import java.util.Optional;

/**
 * What a channel names now.
 *
 * @param release the version that devices run when they are not yet reached by a rollout
 * @param rollout under way; an ended one is in the history only
 * @param changes how often the channel changed
 */
public record Channel(
    ChannelKey name, Optional<FileDigest> release, Optional<Rollout> rollout, long changes) {

  Channel with(Optional<FileDigest> newRelease, Optional<Rollout> newRollout) {
    return new Channel(name, newRelease, newRollout, changes + 1);
  }
}
