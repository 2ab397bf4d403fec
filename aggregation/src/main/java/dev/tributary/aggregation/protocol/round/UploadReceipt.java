package dev.tributary.aggregation.protocol.round;

import dev.tributary.aggregation.protocol.FieldRules;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.aggregation.protocol.UploadId;
import dev.tributary.aggregation.protocol.VersionRange;
import dev.tributary.aggregation.protocol.codec.StrictDecoder;
import dev.tributary.aggregation.protocol.wire.Wire;

/**
 * The coordinator has the whole upload. An identical retry gets the identical receipt.
 *
 * @param uploadId the upload
 * @param counted whether it is part of the round's sum
 * @param nextCheckInMinMillis start of the window for the next check-in, from now, 0..{@value
 *     CheckInAnswer#MAXIMUM_MILLIS}
 * @param nextCheckInMaxMillis end of it, at least its start, at most {@value
 *     CheckInAnswer#MAXIMUM_MILLIS}
 */
public record UploadReceipt(
    UploadId uploadId, boolean counted, long nextCheckInMinMillis, long nextCheckInMaxMillis) {

  /** The largest encoding. */
  public static final int MAXIMUM_BYTES = 128;

  private static final StrictDecoder<Wire.UploadReceipt> DECODER =
      new StrictDecoder<>("upload receipt", Wire.UploadReceipt.getDefaultInstance(), MAXIMUM_BYTES);

  /**
   * A receipt.
   *
   * @throws dev.tributary.aggregation.protocol.InvalidFieldException when the window is out of
   *     range
   */
  public UploadReceipt {
    FieldRules.inRange(
        "next_check_in_min_millis", nextCheckInMinMillis, 0, CheckInAnswer.MAXIMUM_MILLIS);
    FieldRules.inRange(
        "next_check_in_max_millis",
        nextCheckInMaxMillis,
        nextCheckInMinMillis,
        CheckInAnswer.MAXIMUM_MILLIS);
  }

  /**
   * Decodes a receipt.
   *
   * @throws RejectedException when {@code bytes} are not a valid one
   */
  public static UploadReceipt decode(byte[] bytes) throws RejectedException {
    return DECODER.decode(
        bytes,
        wire ->
            new UploadReceipt(
                new UploadId(wire.getUploadId()),
                wire.getCounted(),
                wire.getNextCheckInMinMillis(),
                wire.getNextCheckInMaxMillis()));
  }

  /** The encoding. */
  public byte[] encode() {
    return Wire.UploadReceipt.newBuilder()
        .setVersion(VersionRange.CURRENT)
        .setUploadId(uploadId.text())
        .setCounted(counted)
        .setNextCheckInMinMillis(nextCheckInMinMillis)
        .setNextCheckInMaxMillis(nextCheckInMaxMillis)
        .build()
        .toByteArray();
  }
}
