package dev.tributary.client.model;

import dev.tributary.aggregation.publish.ArtifactEntry;
import dev.tributary.aggregation.publish.ChannelFile;
import dev.tributary.aggregation.publish.FileDigest;
import dev.tributary.aggregation.publish.TargetPaths;
import dev.tributary.aggregation.publish.VersionManifest;
import dev.tributary.client.model.artifact.ArtifactLoader;
import dev.tributary.client.transport.ResponseHead;
import dev.tributary.client.transport.ResponseReceiver;
import dev.tributary.client.transport.link.CoordinatorException;
import dev.tributary.client.transport.link.PublishedFiles;
import dev.tributary.client.transport.link.UnreachableException;
import dev.tributary.security.json.MalformedJsonException;
import dev.tributary.security.metadata.TargetFile;
import dev.tributary.security.metadata.trust.VerifiedTargets;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Comparator;

/**
 * Finds what a device should run: channel -> manifest -> artifact. Every file is the one that the
 * signed targets describe, or none.
 */
final class VersionFinder {

  private final ModelStoreSettings settings;
  private final PublishedFiles files;
  private final VerifiedTargets targets;

  VersionFinder(ModelStoreSettings settings, PublishedFiles files, VerifiedTargets targets) {
    this.settings = settings;
    this.files = files;
    this.targets = targets;
  }

  /** The manifest of the version that this device should run. */
  FileDigest chosen() throws KeptModelException, CoordinatorException, InterruptedException {
    String path = TargetPaths.channel(settings.population(), settings.channel());
    TargetFile target =
        targets
            .find(path)
            .orElseThrow(
                () ->
                    new KeptModelException(
                        UpdateCause.NO_CHANNEL, path + ": the repository has no such channel"));
    try {
      ChannelFile channel = ChannelFile.decode(fetched(path, target, ChannelFile.MAXIMUM_BYTES));
      if (!channel.channel().equals(settings.channel())) {
        throw new KeptModelException(
            UpdateCause.MALFORMED_CHANNEL,
            path + ": expected the channel " + settings.channel() + ", got " + channel.channel());
      }
      return channel.manifestFor(settings.device());
    } catch (MalformedJsonException malformed) {
      throw new KeptModelException(
          UpdateCause.MALFORMED_CHANNEL, path + ": " + malformed.getMessage());
    }
  }

  /** What the manifest says. */
  VersionManifest manifest(FileDigest digest)
      throws KeptModelException, CoordinatorException, InterruptedException {
    String path = TargetPaths.manifest(settings.population(), digest);
    TargetFile target = listed(path, digest, UpdateCause.NO_MANIFEST);
    try {
      VersionManifest manifest =
          VersionManifest.decode(fetched(path, target, VersionManifest.MAXIMUM_BYTES));
      if (!manifest.population().equals(settings.population())) {
        throw new KeptModelException(
            UpdateCause.MALFORMED_MANIFEST,
            path
                + ": expected the population "
                + settings.population()
                + ", got "
                + manifest.population());
      }
      return manifest;
    } catch (MalformedJsonException malformed) {
      throw new KeptModelException(
          UpdateCause.MALFORMED_MANIFEST, path + ": " + malformed.getMessage());
    }
  }

  /** The smallest artifact that {@code loader} can run. */
  ArtifactEntry artifact(VersionManifest manifest, ArtifactLoader loader)
      throws KeptModelException {
    ArtifactEntry chosen =
        manifest.artifacts().stream()
            .filter(artifact -> artifact.bytes() <= settings.maximumModelBytes())
            .filter(artifact -> loader.supports(artifact.kind(), manifest.specOf(artifact)))
            .min(Comparator.comparingLong(ArtifactEntry::bytes).thenComparing(ArtifactEntry::file))
            .orElseThrow(
                () ->
                    new KeptModelException(
                        UpdateCause.NOTHING_TO_RUN,
                        "version "
                            + manifest.version()
                            + ": of its "
                            + manifest.artifacts().size()
                            + " artifacts this device can run none of at most "
                            + settings.maximumModelBytes()
                            + " bytes"));
    requireListed(
        TargetPaths.artifact(settings.population(), chosen.file()), chosen.file(), chosen.bytes());
    return chosen;
  }

  /** Requires that a file of a manifest is among the targets, with the length that it says. */
  void requireListed(String path, FileDigest digest, long bytes) throws KeptModelException {
    long listed = listed(path, digest, UpdateCause.NO_FILE).lengthBytes();
    if (listed != bytes) {
      throw new KeptModelException(
          UpdateCause.NO_FILE,
          path + ": expected the " + bytes + " bytes of the manifest, the targets say " + listed);
    }
  }

  private TargetFile listed(String path, FileDigest digest, UpdateCause cause)
      throws KeptModelException {
    return targets
        .find(path)
        .filter(target -> target.sha256().equals(digest.hex()))
        .orElseThrow(
            () ->
                new KeptModelException(
                    cause, path + ": the targets list no file of this name with its digest"));
  }

  private byte[] fetched(String path, TargetFile target, int maximumBytes)
      throws KeptModelException, CoordinatorException, InterruptedException {
    if (target.lengthBytes() > maximumBytes) {
      throw new KeptModelException(
          UpdateCause.WRONG_FILE,
          path
              + ": expected at most "
              + maximumBytes
              + " bytes, the targets say "
              + target.lengthBytes());
    }
    var body = new ExactBody((int) target.lengthBytes());
    try {
      files.target(target.sha256(), 0, body);
    } catch (UnreachableException broken) {
      if (!body.isTooLong) {
        throw broken;
      }
    }
    byte[] content = body.collected.toByteArray();
    if (body.isTooLong || !target.describes(content)) {
      throw new KeptModelException(
          UpdateCause.WRONG_FILE, path + ": other bytes came than the targets describe");
    }
    return content;
  }

  /** Collects a body in memory and ends the exchange once it is longer than it may be. */
  private static final class ExactBody implements ResponseReceiver {

    private final int lengthBytes;
    private final ByteArrayOutputStream collected = new ByteArrayOutputStream();
    private boolean isTooLong;

    ExactBody(int lengthBytes) {
      this.lengthBytes = lengthBytes;
    }

    @Override
    public void started(ResponseHead head) {
      collected.reset();
    }

    @Override
    public void received(ByteBuffer chunk) throws IOException {
      if (chunk.remaining() > lengthBytes - collected.size()) {
        isTooLong = true;
        throw new IOException("the file is longer than the " + lengthBytes + " bytes it has");
      }
      byte[] bytes = new byte[chunk.remaining()];
      chunk.get(bytes);
      collected.writeBytes(bytes);
    }
  }
}
