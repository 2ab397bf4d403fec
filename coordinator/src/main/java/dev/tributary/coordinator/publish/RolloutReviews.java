package dev.tributary.coordinator.publish;

import dev.tributary.aggregation.publish.FileDigest;
import dev.tributary.aggregation.publish.VersionManifest;
import dev.tributary.coordinator.publish.artifact.ArtifactFiles;
import dev.tributary.coordinator.publish.channel.Channel;
import dev.tributary.coordinator.publish.channel.Channels;
import dev.tributary.coordinator.publish.channel.Rollout;
import dev.tributary.coordinator.publish.rollout.RolloutState.Staged;
import io.vertx.core.Future;
import io.vertx.core.WorkerExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts the evidence for each rollout under way before its gates. Any thread. */
final class RolloutReviews {

  private static final Logger LOG = LoggerFactory.getLogger(RolloutReviews.class);

  private final Channels channels;
  private final RolloutEvidence evidence;
  private final ArtifactFiles artifacts;
  private final WorkerExecutor worker;

  RolloutReviews(
      Channels channels, RolloutEvidence evidence, ArtifactFiles artifacts, WorkerExecutor worker) {
    this.channels = channels;
    this.evidence = evidence;
    this.artifacts = artifacts;
    this.worker = worker;
  }

  /** Reviews every channel that has a staged rollout. */
  Future<Void> all(List<Channel> all) {
    List<Future<Optional<Channel>>> reviews = new ArrayList<>();
    for (Channel channel : all) {
      channel
          .rollout()
          .filter(rollout -> rollout.state() instanceof Staged)
          .ifPresent(rollout -> reviews.add(review(channel, rollout)));
    }
    return Future.all(reviews).mapEmpty();
  }

  private Future<Optional<Channel>> review(Channel channel, Rollout rollout) {
    return worker
        .executeBlocking(
            () -> List.of(manifest(rollout.manifest()), manifest(channel.release().orElseThrow())),
            true)
        .map(Objects::requireNonNull)
        .compose(
            manifests ->
                evidence.of(
                    channel,
                    rollout,
                    (Staged) rollout.state(),
                    manifests.getFirst(),
                    manifests.getLast()))
        .compose(found -> channels.review(channel.name(), rollout, found))
        .onSuccess(
            moved ->
                moved.ifPresent(
                    now -> LOG.info("channel {}: {}", now.name(), describe(now, rollout))));
  }

  private static String describe(Channel now, Rollout before) {
    if (now.rollout().isPresent()) {
      return "the rollout of " + before.manifest() + " is widened";
    }
    return now.release().filter(before.manifest()::equals).isPresent()
        ? before.manifest() + " is the release"
        : "the rollout of " + before.manifest() + " is rolled back";
  }

  private VersionManifest manifest(FileDigest manifest) {
    return Publisher.manifest(artifacts.load(manifest));
  }
}
