package dev.tributary.coordinator.publish.channel;

import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.aggregation.publish.FileDigest;
import java.util.Map;
import java.util.Optional;

/**
 * What a channel names now.
 *
 * @param release the version that devices run when they are not yet reached by a rollout
 * @param rollout under way; an ended one is in the history only
 * @param changes how often the channel changed
 * @param versions what the manifests of both are of, once the channel is kept: operators name
 *     versions, devices follow manifests
 */
public record Channel(
    ChannelKey name,
    Optional<FileDigest> release,
    Optional<Rollout> rollout,
    long changes,
    Map<FileDigest, ModelDigest> versions) {

  public Channel {
    versions = Map.copyOf(versions);
  }

  /** The version of a manifest that the channel names; empty when the manifest is not kept. */
  public Optional<ModelDigest> version(FileDigest manifest) {
    return Optional.ofNullable(versions.get(manifest));
  }

  Channel with(Optional<FileDigest> newRelease, Optional<Rollout> newRollout) {
    return new Channel(name, newRelease, newRollout, changes + 1, versions);
  }
}
