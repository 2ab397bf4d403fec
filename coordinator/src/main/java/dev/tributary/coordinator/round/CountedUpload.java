package dev.tributary.coordinator.round;

import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.UploadId;

/**
 * An upload that is in the round's sum.
 *
 * @param sha256 digest of its bytes, 64 lower-case hexadecimal digits: tells an identical retry
 *     from a conflict
 */
public record CountedUpload(DeviceId device, UploadId upload, String sha256) {
  public CountedUpload {
    if (!sha256.matches("[0-9a-f]{64}")) {
      throw new IllegalArgumentException(
          "sha256 must be 64 lower-case hexadecimal digits, not '" + sha256 + "'");
    }
  }
}
