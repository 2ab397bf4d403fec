package dev.tributary.client.model;

import dev.tributary.client.transport.link.CoordinatorException;
import dev.tributary.client.transport.link.PublishedFiles;
import dev.tributary.security.metadata.RootMetadata;
import dev.tributary.security.metadata.SignedMetadata;
import dev.tributary.security.metadata.trust.Asking;
import dev.tributary.security.metadata.trust.DamagedTrustException;
import dev.tributary.security.metadata.trust.TrustFile;
import dev.tributary.security.metadata.trust.TrustedMetadata;
import dev.tributary.security.metadata.trust.UpdateStep;
import dev.tributary.security.metadata.trust.VerifiedTargets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/** The trust of a device on its disk: every step of an update is kept before the next. */
final class TrustKeeper {

  private final SignedMetadata<RootMetadata> shipped;
  private final Path file;
  private final ModelDisk disk;

  TrustKeeper(SignedMetadata<RootMetadata> shipped, Path file, ModelDisk disk) {
    this.shipped = shipped;
    this.file = file;
    this.disk = disk;
  }

  /** What is believed now. */
  TrustedMetadata load() throws IOException, KeptModelException {
    if (Files.notExists(file)) {
      return TrustedMetadata.startingFrom(shipped);
    }
    byte[] content;
    try (var in = Files.newInputStream(file)) {
      content = in.readNBytes(TrustFile.MAXIMUM_BYTES + 1);
    }
    try {
      return TrustFile.decode(shipped, content);
    } catch (DamagedTrustException damaged) {
      throw new KeptModelException(UpdateCause.DAMAGED_TRUST, file + ": " + damaged.getMessage());
    }
  }

  /** Updates what is believed. */
  VerifiedTargets update(PublishedFiles files, Instant now)
      throws IOException, KeptModelException, CoordinatorException, InterruptedException {
    TrustedMetadata kept = load();
    UpdateStep step = kept.beginUpdate(now);
    while (step instanceof Asking asking) {
      Optional<byte[]> content = files.metadata(asking.file(), asking.maximumBytes());
      step = content.isPresent() ? asking.received(content.get()) : asking.missing();
      if (step.trusted() != kept) {
        kept = step.trusted();
        disk.replace(file, TrustFile.encode(kept));
      }
    }
    if (step instanceof UpdateStep.Refused refused) {
      throw new KeptModelException(refused.reason(), refused.detail());
    }
    return ((UpdateStep.Updated) step).targets();
  }

  /** Believes the shipped root alone again. */
  void forget() throws IOException {
    disk.delete(file);
  }
}
