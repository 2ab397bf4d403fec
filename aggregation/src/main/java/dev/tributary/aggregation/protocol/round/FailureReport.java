package dev.tributary.aggregation.protocol.round;

import dev.tributary.aggregation.protocol.FieldRules;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.aggregation.protocol.VersionRange;
import dev.tributary.aggregation.protocol.codec.StrictDecoder;
import dev.tributary.aggregation.protocol.wire.Wire;

/**
 * A device gives up its place in a round.
 *
 * @param reason why
 * @param detail more about it, for the operator: at most {@value #MAXIMUM_DETAIL_LENGTH} characters
 *     without control characters; nothing of the device's data
 */
public record FailureReport(DeviceFailure reason, String detail) {

  /** The largest encoding. */
  public static final int MAXIMUM_BYTES = 3 * 1024;

  /** The longest detail, in characters. */
  public static final int MAXIMUM_DETAIL_LENGTH = 512;

  private static final StrictDecoder<Wire.FailureReport> DECODER =
      new StrictDecoder<>("failure report", Wire.FailureReport.getDefaultInstance(), MAXIMUM_BYTES);

  /**
   * A report.
   *
   * @throws dev.tributary.aggregation.protocol.InvalidFieldException when the detail is too long or
   *     not plain text
   */
  public FailureReport {
    FieldRules.text("detail", detail, 0, MAXIMUM_DETAIL_LENGTH);
  }

  /**
   * A report with whatever text there is, such as the message of an exception: made plain, and cut
   * when too long.
   */
  public static FailureReport of(DeviceFailure reason, String anyText) {
    return new FailureReport(reason, FieldRules.plain(anyText, MAXIMUM_DETAIL_LENGTH));
  }

  /**
   * Decodes a report.
   *
   * @throws RejectedException when {@code bytes} are not a valid one
   */
  public static FailureReport decode(byte[] bytes) throws RejectedException {
    return DECODER.decode(
        bytes,
        wire -> new FailureReport(DeviceFailure.fromWire(wire.getReason()), wire.getDetail()));
  }

  /** The encoding. */
  public byte[] encode() {
    return Wire.FailureReport.newBuilder()
        .setVersion(VersionRange.CURRENT)
        .setReason(reason.toWire())
        .setDetail(detail)
        .build()
        .toByteArray();
  }
}
