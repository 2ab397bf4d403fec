package dev.tributary.coordinator.publish;

import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.aggregation.protocol.PopulationName;
import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.aggregation.publish.ArtifactEntry;
import dev.tributary.aggregation.publish.ChannelFile;
import dev.tributary.aggregation.publish.DeltaEntry;
import dev.tributary.aggregation.publish.FileDigest;
import dev.tributary.aggregation.publish.TargetPaths;
import dev.tributary.aggregation.publish.VersionManifest;
import dev.tributary.coordinator.publish.artifact.ArtifactFiles;
import dev.tributary.coordinator.publish.channel.Channel;
import dev.tributary.coordinator.publish.channel.Rollout;
import dev.tributary.coordinator.publish.metadata.ServedTargets;
import dev.tributary.coordinator.publish.metadata.SignedRepository;
import dev.tributary.coordinator.publish.rollout.RolloutState.Staged;
import dev.tributary.coordinator.registry.ModelFiles;
import dev.tributary.coordinator.store.StoreException;
import dev.tributary.security.json.MalformedJsonException;
import dev.tributary.security.metadata.TargetFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Channels -Publisher-> signed metadata. What is published follows from the channels alone, so that
 * after a crash between the two the next call makes them agree. {@link #publish} blocks and is
 * called by one thread at a time; the others by any.
 */
final class Publisher {
  private final SignedRepository repository;
  private final ArtifactFiles artifacts;
  private final ModelFiles models;
  private volatile ServedTargets served;

  Publisher(SignedRepository repository, ArtifactFiles artifacts, ModelFiles models) {
    this.repository = repository;
    this.artifacts = artifacts;
    this.models = models;
    this.served = ServedTargets.NONE.then(repository.targets());
  }

  /**
   * Publishes what the channels name, unless it is published.
   *
   * @throws RejectedException before a root is installed
   */
  void publish(List<Channel> channels) throws RejectedException {
    Map<String, TargetFile> targets = new TreeMap<>();
    for (Channel channel : channels) {
      Optional<ChannelFile> file = file(channel);
      if (file.isEmpty()) {
        continue;
      }
      PopulationName population = channel.name().population();
      byte[] content = file.get().encode();
      artifacts.save(content);
      targets.put(TargetPaths.channel(population, channel.name().name()), TargetFile.of(content));
      addVersion(targets, population, file.get().release());
      file.get()
          .candidate()
          .ifPresent(candidate -> addVersion(targets, population, candidate.manifest()));
    }
    repository.publish(targets);
    served = served.then(repository.targets());
  }

  /** What devices read of a channel: nothing before its first release. */
  static Optional<ChannelFile> file(Channel channel) {
    return channel
        .release()
        .map(
            release ->
                new ChannelFile(
                    channel.name().name(),
                    release,
                    channel.rollout().flatMap(Publisher::candidate)));
  }

  private static Optional<ChannelFile.Candidate> candidate(Rollout rollout) {
    return rollout.state() instanceof Staged staged
        ? Optional.of(
            new ChannelFile.Candidate(rollout.manifest(), rollout.salt(), staged.permyriad()))
        : Optional.empty();
  }

  private void addVersion(
      Map<String, TargetFile> targets, PopulationName population, FileDigest manifest) {
    byte[] content = artifacts.load(manifest);
    targets.put(TargetPaths.manifest(population, manifest), TargetFile.of(content));
    VersionManifest version = manifest(content);
    for (ArtifactEntry artifact : version.artifacts()) {
      targets.put(
          TargetPaths.artifact(population, artifact.file()),
          new TargetFile(artifact.bytes(), artifact.file().hex()));
    }
    for (DeltaEntry delta : version.deltas()) {
      targets.put(
          TargetPaths.delta(population, delta.file()),
          new TargetFile(delta.bytes(), delta.file().hex()));
    }
  }

  static VersionManifest manifest(byte[] content) {
    try {
      return VersionManifest.decode(content);
    } catch (MalformedJsonException e) {
      throw new StoreException(
          StoreException.Kind.CORRUPT, "a kept manifest cannot be read: " + e.getMessage(), e);
    }
  }

  /** A manifest that is there with all its files. Blocks. */
  FileDigest complete(FileDigest manifest) throws RejectedException {
    requireThere(manifest, "manifest");
    for (ArtifactEntry entry : manifest(artifacts.load(manifest)).artifacts()) {
      requireThere(entry.file(), "file of kind " + entry.kind().code());
    }
    return manifest;
  }

  /** Refuses to go on without a file of a version. Blocks. */
  void requireThere(FileDigest file, String what) throws RejectedException {
    if (find(file).isEmpty()) {
      throw new RejectedException(
          RejectReason.WRONG_STATE,
          "the " + what + " " + file + " of this version is not here any more");
    }
  }

  /** Whether a device of the population may fetch a target. */
  boolean mayFetch(PopulationName population, FileDigest file) {
    return served.mayFetch(population, file);
  }

  /** The names of all files that devices may be fetching now. */
  Set<FileDigest> served() {
    return served.files();
  }

  /** Where a published file is. Blocks. */
  Optional<Path> find(FileDigest file) {
    return artifacts.find(file).or(() -> models.find(new ModelDigest(file.hex())));
  }
}
