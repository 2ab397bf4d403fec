package dev.tributary.aggregation.protocol.secagg.roster;

import dev.tributary.aggregation.protocol.FieldRules;
import dev.tributary.aggregation.protocol.OpaqueBytes;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.aggregation.protocol.VersionRange;
import dev.tributary.aggregation.protocol.codec.StrictDecoder;
import dev.tributary.aggregation.protocol.codec.WireBytes;
import dev.tributary.aggregation.protocol.secagg.SecAggRules;
import dev.tributary.aggregation.protocol.wire.Wire;
import dev.tributary.security.agreement.CipherSuite;
import dev.tributary.security.identity.DeviceSignature;

/**
 * A device shows who it is and the keys that it made for this round alone.
 *
 * @param certificate DER, 1..{@value SecAggRules#MAXIMUM_CERTIFICATE_BYTES} bytes
 * @param channelKey the key that shares are sealed to, 32 bytes in {@code CLASSIC}, 1216 in {@code
 *     HYBRID}
 * @param maskKey the key that pairwise masks come from, as long
 * @param signature by the certificate's key over the session and both keys; not verified here
 */
public record KeyAdvertisement(
    OpaqueBytes certificate,
    OpaqueBytes channelKey,
    OpaqueBytes maskKey,
    DeviceSignature signature) {

  /** The largest encoding. */
  public static final int MAXIMUM_BYTES = 12 * 1024;

  private static final StrictDecoder<Wire.KeyAdvertisement> DECODER =
      new StrictDecoder<>(
          "key advertisement", Wire.KeyAdvertisement.getDefaultInstance(), MAXIMUM_BYTES);

  /**
   * An advertisement.
   *
   * @throws dev.tributary.aggregation.protocol.InvalidFieldException when a field has a wrong
   *     length, or the keys are of different suites
   */
  public KeyAdvertisement {
    SecAggRules.certificate("certificate", certificate);
    SecAggRules.key("channel_key", channelKey);
    SecAggRules.key("mask_key", maskKey);
    FieldRules.agree(
        channelKey.length() == maskKey.length(),
        "mask_key: expected "
            + channelKey.length()
            + " bytes like channel_key, got "
            + maskKey.length());
  }

  /** The suite that keys of this length belong to. */
  public CipherSuite suite() {
    return channelKey.length() == CipherSuite.HYBRID.publicKeyLengthBytes()
        ? CipherSuite.HYBRID
        : CipherSuite.CLASSIC;
  }

  /**
   * Decodes an advertisement; its signature is not verified yet.
   *
   * @throws RejectedException when {@code bytes} are not a valid one
   */
  public static KeyAdvertisement decode(byte[] bytes) throws RejectedException {
    return DECODER.decode(
        bytes,
        wire ->
            new KeyAdvertisement(
                WireBytes.of(wire.getCertificate()),
                WireBytes.of(wire.getChannelKey()),
                WireBytes.of(wire.getMaskKey()),
                WireBytes.signature("signature", wire.getSignature())));
  }

  /** The encoding. */
  public byte[] encode() {
    return Wire.KeyAdvertisement.newBuilder()
        .setVersion(VersionRange.CURRENT)
        .setCertificate(WireBytes.toWire(certificate))
        .setChannelKey(WireBytes.toWire(channelKey))
        .setMaskKey(WireBytes.toWire(maskKey))
        .setSignature(WireBytes.toWire(signature))
        .build()
        .toByteArray();
  }
}
