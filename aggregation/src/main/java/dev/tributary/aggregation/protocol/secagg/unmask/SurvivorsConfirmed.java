package dev.tributary.aggregation.protocol.secagg.unmask;

import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.aggregation.protocol.VersionRange;
import dev.tributary.aggregation.protocol.codec.StrictDecoder;
import dev.tributary.aggregation.protocol.codec.WireBytes;
import dev.tributary.aggregation.protocol.wire.Wire;
import dev.tributary.security.identity.DeviceSignature;

/**
 * A device confirms who is in the sum. It does so for one set ever.
 *
 * @param signature by the certificate's key over the set; not verified here
 */
public record SurvivorsConfirmed(DeviceSignature signature) {

  /** The largest encoding. */
  public static final int MAXIMUM_BYTES = 256;

  private static final StrictDecoder<Wire.SurvivorsConfirmed> DECODER =
      new StrictDecoder<>(
          "survivors confirmed", Wire.SurvivorsConfirmed.getDefaultInstance(), MAXIMUM_BYTES);

  /**
   * Decodes a confirmation; its signature is not verified yet.
   *
   * @throws RejectedException when {@code bytes} are not a valid one
   */
  public static SurvivorsConfirmed decode(byte[] bytes) throws RejectedException {
    return DECODER.decode(
        bytes,
        wire -> new SurvivorsConfirmed(WireBytes.signature("signature", wire.getSignature())));
  }

  /** The encoding. */
  public byte[] encode() {
    return Wire.SurvivorsConfirmed.newBuilder()
        .setVersion(VersionRange.CURRENT)
        .setSignature(WireBytes.toWire(signature))
        .build()
        .toByteArray();
  }
}
