package dev.tributary.coordinator.intake;

import dev.tributary.aggregation.mask.PackedSource;
import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.aggregation.protocol.UploadId;

/**
 * An upload whose length, digest and residues have been checked. Made only in this package: what is
 * added to a sum has been verified, by type.
 *
 * <p>Owns the staged bytes: whoever holds it closes its source, once it has been added or refused.
 */
public final class VerifiedUpload {

  private final UploadTarget target;
  private final byte[] sha256;
  private final PackedSource source;

  VerifiedUpload(UploadTarget target, byte[] sha256, PackedSource source) {
    this.target = target;
    this.sha256 = sha256.clone();
    this.source = source;
  }

  public DeviceId device() {
    return target.device();
  }

  public RoundId round() {
    return target.round();
  }

  public UploadId uploadId() {
    return target.upload();
  }

  /** SHA-256 of the packed vector: byte[32], a copy. */
  public byte[] sha256() {
    return sha256.clone();
  }

  /** The packed vector. Reading it blocks when it lies in a temporary file. */
  public PackedSource source() {
    return source;
  }

  @Override
  public String toString() {
    return "VerifiedUpload[" + target + ", " + source.lengthBytes() + " bytes]";
  }
}
