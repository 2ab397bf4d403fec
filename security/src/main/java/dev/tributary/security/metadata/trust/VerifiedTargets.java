package dev.tributary.security.metadata.trust;

import dev.tributary.security.metadata.TargetFile;
import dev.tributary.security.metadata.TargetsMetadata;
import java.time.Instant;
import java.util.Optional;

/**
 * The files that a repository has, as a finished update left them: made by {@link UpdateStep}
 * alone, so that holding one means that every check was passed. Safe on any thread.
 */
public final class VerifiedTargets {

  private final TargetsMetadata targets;
  private final Instant validUntil;

  VerifiedTargets(TargetsMetadata targets, Instant validUntil) {
    this.targets = targets;
    this.validUntil = validUntil;
  }

  /** Their version. */
  public long version() {
    return targets.version();
  }

  /** From here on some of the metadata behind them has expired. */
  public Instant validUntil() {
    return validUntil;
  }

  /** Length and digest of the file at {@code path}; empty when there is none (section 5.7.2). */
  public Optional<TargetFile> find(String path) {
    return targets.find(path);
  }

  @Override
  public String toString() {
    return "VerifiedTargets[version=" + version() + ", " + targets.targets().size() + " files]";
  }
}
