package dev.tributary.aggregation.protocol.access;

import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.aggregation.protocol.VersionRange;
import dev.tributary.aggregation.protocol.codec.StrictDecoder;
import dev.tributary.aggregation.protocol.wire.Wire;

/**
 * A device asks for something to sign.
 *
 * @param deviceId who it says it is
 */
public record ChallengeRequest(DeviceId deviceId) {

  /** The largest encoding. */
  public static final int MAXIMUM_BYTES = 128;

  private static final StrictDecoder<Wire.ChallengeRequest> DECODER =
      new StrictDecoder<>(
          "challenge request", Wire.ChallengeRequest.getDefaultInstance(), MAXIMUM_BYTES);

  /**
   * Decodes a request.
   *
   * @throws RejectedException when {@code bytes} are not a valid one
   */
  public static ChallengeRequest decode(byte[] bytes) throws RejectedException {
    return DECODER.decode(bytes, wire -> new ChallengeRequest(new DeviceId(wire.getDeviceId())));
  }

  /** The encoding. */
  public byte[] encode() {
    return Wire.ChallengeRequest.newBuilder()
        .setVersion(VersionRange.FIRST)
        .setDeviceId(deviceId.text())
        .build()
        .toByteArray();
  }
}
