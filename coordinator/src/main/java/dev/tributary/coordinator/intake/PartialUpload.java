package dev.tributary.coordinator.intake;

import dev.tributary.aggregation.protocol.UploadId;
import dev.tributary.security.BugException;
import java.io.IOException;
import java.util.Arrays;

/** What was received of one upload, with the checks at the point they have come to. */
record PartialUpload(
    UploadId upload, long lengthBytes, byte[] sha256, UploadStage stage, UploadVerifier verifier) {

  boolean isOf(long otherLengthBytes, byte[] otherSha256) {
    return lengthBytes == otherLengthBytes && Arrays.equals(sha256, otherSha256);
  }

  void closeInMemory() {
    try {
      stage.close();
    } catch (IOException e) {
      throw new BugException("a stage in memory has no file to close", e);
    }
  }
}
