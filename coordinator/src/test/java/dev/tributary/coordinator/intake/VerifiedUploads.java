package dev.tributary.coordinator.intake;

import dev.tributary.aggregation.mask.PackedSource;
import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.aggregation.protocol.UploadId;

/** Uploads as intake hands them over, for tests of what comes after it. */
public final class VerifiedUploads {
  private VerifiedUploads() {}

  public static VerifiedUpload of(
      DeviceId device, RoundId round, UploadId upload, byte[] sha256, PackedSource source) {
    return new VerifiedUpload(new UploadTarget(device, round, upload), sha256, source);
  }
}
