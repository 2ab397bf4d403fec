package dev.tributary.aggregation.protocol.access;

import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.aggregation.protocol.VersionRange;
import dev.tributary.aggregation.protocol.codec.StrictDecoder;
import dev.tributary.aggregation.protocol.wire.Wire;

/**
 * The device is enrolled. Enrolling the same key again gives the same answer.
 *
 * @param version the version of the protocol that the coordinator chose, one that this program
 *     speaks
 * @param deviceId the name of the device, which follows from its key
 */
public record EnrolResponse(int version, DeviceId deviceId) {

  /** The largest encoding. */
  public static final int MAXIMUM_BYTES = 128;

  private static final StrictDecoder<Wire.EnrolResponse> DECODER =
      new StrictDecoder<>("enrol response", Wire.EnrolResponse.getDefaultInstance(), MAXIMUM_BYTES);

  /**
   * An answer.
   *
   * @throws dev.tributary.aggregation.protocol.InvalidFieldException when this program does not
   *     speak the version
   */
  public EnrolResponse {
    VersionRange.SUPPORTED.check(version);
  }

  /**
   * Decodes an answer.
   *
   * @throws RejectedException when {@code bytes} are not a valid one
   */
  public static EnrolResponse decode(byte[] bytes) throws RejectedException {
    return DECODER.decode(
        bytes, wire -> new EnrolResponse(wire.getVersion(), new DeviceId(wire.getDeviceId())));
  }

  /** The encoding. */
  public byte[] encode() {
    return Wire.EnrolResponse.newBuilder()
        .setVersion(version)
        .setDeviceId(deviceId.text())
        .build()
        .toByteArray();
  }
}
