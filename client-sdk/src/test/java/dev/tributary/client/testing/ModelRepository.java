package dev.tributary.client.testing;

import dev.tributary.aggregation.compress.ArtifactKind;
import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.aggregation.model.ModelLayout;
import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.model.ModelState;
import dev.tributary.aggregation.model.Safetensors;
import dev.tributary.aggregation.model.TensorSpec;
import dev.tributary.aggregation.protocol.PopulationName;
import dev.tributary.aggregation.publish.ArtifactEntry;
import dev.tributary.aggregation.publish.ChannelFile;
import dev.tributary.aggregation.publish.ChannelName;
import dev.tributary.aggregation.publish.DeltaEntry;
import dev.tributary.aggregation.publish.FileDigest;
import dev.tributary.aggregation.publish.TargetPaths;
import dev.tributary.aggregation.publish.VersionManifest;
import dev.tributary.aggregation.publish.VersionOrigin;
import dev.tributary.client.transport.ResponseHead;
import dev.tributary.client.transport.ResponseReceiver;
import dev.tributary.client.transport.link.CoordinatorException;
import dev.tributary.client.transport.link.PublishedFiles;
import dev.tributary.client.transport.link.Refusals;
import dev.tributary.client.transport.link.UnintelligibleException;
import dev.tributary.client.transport.link.UnreachableException;
import dev.tributary.security.identity.DeviceKeyPair;
import dev.tributary.security.metadata.MetadataRole;
import dev.tributary.security.metadata.RootMetadata;
import dev.tributary.security.metadata.SignedMetadata;
import dev.tributary.security.metadata.TargetFile;
import dev.tributary.security.metadata.signing.Lifetimes;
import dev.tributary.security.metadata.signing.MetadataSigner;
import dev.tributary.security.metadata.signing.OnlineSigners;
import dev.tributary.security.metadata.signing.Repository;
import dev.tributary.security.metadata.signing.RootDraft;
import dev.tributary.security.metadata.signing.RootPlan;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** A coordinator that publishes models of [2] -> [3], and whatever a test makes of its files. */
public final class ModelRepository implements PublishedFiles {

  public static final PopulationName POPULATION = new PopulationName("testers");
  public static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  public static final ModelSpec SPEC = ModelSpec.fromJson(StubCoordinator.SPEC);

  private static final MetadataSigner ROOT = signer();
  private static final MetadataSigner ONLINE = signer();
  private static final SignedMetadata<RootMetadata> FIRST_ROOT = root();

  /** What is served; a test may change it. */
  public final Map<String, byte[]> metadata = new TreeMap<>();

  public final Map<String, byte[]> targets = new TreeMap<>();

  /** What was asked for, in order: names, and digests with offsets. */
  public final List<String> asked = new ArrayList<>();

  /** The network breaks after so many bytes of the target {@link #breaks}. */
  public int bytesUntilBreak = Integer.MAX_VALUE;

  public String breaks = "";

  /** Targets that are answered with what no device understands. */
  public final Set<String> unintelligible = new HashSet<>();

  private final Map<String, TargetFile> listed = new TreeMap<>();
  private Repository repository =
      Repository.empty(FIRST_ROOT, OnlineSigners.of(ONLINE), Lifetimes.USUAL, NOW);

  public ModelRepository() {
    metadata.putAll(repository.files());
  }

  private static MetadataSigner signer() {
    return new MetadataSigner(DeviceKeyPair.generate(new SecureRandom()));
  }

  private static SignedMetadata<RootMetadata> root() {
    RootPlan plan = RootPlan.first(1, NOW.plus(Duration.ofDays(365)));
    plan = plan.with(MetadataRole.ROOT, ROOT.key());
    for (MetadataRole role : MetadataRole.values()) {
      if (role != MetadataRole.ROOT) {
        plan = plan.with(role, ONLINE.key());
      }
    }
    return RootDraft.unsigned(plan, Optional.empty()).signedBy(ROOT).file();
  }

  public static SignedMetadata<RootMetadata> shippedRoot() {
    return FIRST_ROOT;
  }

  /** A model whose every weight is {@code value}. */
  public static byte[] model(float value) {
    float[] values = new float[9];
    Arrays.fill(values, value);
    return Safetensors.toBytes(
        new ModelState(
            ModelLayout.of(
                new TensorSpec("0.weight", new int[] {3, 2}),
                new TensorSpec("0.bias", new int[] {3})),
            values));
  }

  public static ArtifactEntry artifact(ArtifactKind kind, byte[] file) {
    return new ArtifactEntry(
        kind, FileDigest.of(file), file.length, List.of("float32"), Optional.empty());
  }

  public static VersionManifest manifest(
      byte[] model, List<ArtifactEntry> artifacts, List<DeltaEntry> deltas) {
    return new VersionManifest(
        POPULATION,
        StubCoordinator.digestOf(model),
        SPEC,
        new VersionOrigin(Optional.empty(), List.of(), Optional.empty(), Optional.empty()),
        List.of(),
        artifacts,
        deltas);
  }

  /** A version with its canonical file alone. */
  public VersionManifest version(byte[] model) {
    return add(manifest(model, List.of(artifact(ArtifactKind.FLOAT32, model)), List.of()), model);
  }

  /** Adds a manifest and files, to be published by the next {@link #release}. */
  public VersionManifest add(VersionManifest manifest, byte[]... files) {
    for (byte[] file : files) {
      boolean isArtifact =
          manifest.artifacts().stream().anyMatch(entry -> entry.file().equals(FileDigest.of(file)));
      list(
          isArtifact
              ? TargetPaths.artifact(POPULATION, FileDigest.of(file))
              : TargetPaths.delta(POPULATION, FileDigest.of(file)),
          file);
    }
    list(TargetPaths.manifest(POPULATION, manifest.digest()), manifest.encode());
    return manifest;
  }

  /** A target, to be published by the next {@link #sign}. */
  public void list(String path, byte[] file) {
    listed.put(path, TargetFile.of(file));
    targets.put(FileDigest.of(file).hex(), file);
  }

  public void unlist(String path) {
    listed.remove(path);
  }

  public void release(VersionManifest manifest) {
    release(manifest.digest(), Optional.empty());
  }

  public void release(FileDigest manifest, Optional<ChannelFile.Candidate> candidate) {
    list(
        TargetPaths.channel(POPULATION, ChannelName.STABLE),
        new ChannelFile(ChannelName.STABLE, manifest, candidate).encode());
    sign();
  }

  /** Signs what is listed. */
  public void sign() {
    repository = repository.publish(listed, OnlineSigners.of(ONLINE), Lifetimes.USUAL, NOW);
    metadata.putAll(repository.files());
  }

  @Override
  public Optional<byte[]> metadata(String file, int maximumBytes) {
    asked.add(file);
    byte[] content = metadata.get(file);
    return content == null
        ? Optional.empty()
        : Optional.of(Arrays.copyOf(content, Math.min(content.length, maximumBytes + 1)));
  }

  @Override
  public void target(String sha256, long offsetBytes, ResponseReceiver receiver)
      throws CoordinatorException {
    asked.add(sha256 + "@" + offsetBytes);
    byte[] content = targets.get(sha256);
    if (content == null) {
      throw Refusals.ofStatus(404);
    }
    if (unintelligible.contains(sha256)) {
      throw new UnintelligibleException("no answer of this protocol");
    }
    int end =
        sha256.equals(breaks)
            ? (int) Math.min(content.length, offsetBytes + (long) bytesUntilBreak)
            : content.length;
    try {
      receiver.started(
          offsetBytes == 0
              ? new ResponseHead(200, Map.of())
              : new ResponseHead(
                  206, Map.of("content-range", "bytes " + offsetBytes + "-/" + content.length)));
      for (int from = (int) offsetBytes; from < end; from += 100) {
        receiver.received(ByteBuffer.wrap(content, from, Math.min(100, end - from)));
      }
    } catch (IOException refused) {
      throw new UnreachableException(refused);
    }
    if (end < content.length) {
      throw new UnreachableException("the network broke");
    }
  }

  public static ModelDigest versionOf(byte[] model) {
    return StubCoordinator.digestOf(model);
  }
}
