package dev.tributary.aggregation.protocol.access;

import com.google.protobuf.ByteString;
import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.FieldRules;
import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.aggregation.protocol.VersionRange;
import dev.tributary.aggregation.protocol.codec.StrictDecoder;
import dev.tributary.aggregation.protocol.wire.Wire;
import dev.tributary.security.identity.DeviceKeyPair;
import dev.tributary.security.identity.DevicePublicKey;
import dev.tributary.security.identity.DeviceSignature;

/**
 * A device answers a challenge and asks for a session.
 *
 * @param versions what the device speaks
 * @param deviceId who it says it is
 * @param nonce the challenge
 * @param signature by the device's key over {@code "tributary/session/v1" || device id (16 bytes)
 *     || nonce (32 bytes)}
 */
public record SessionRequest(
    VersionRange versions, DeviceId deviceId, Nonce nonce, DeviceSignature signature) {

  /** The largest encoding. */
  public static final int MAXIMUM_BYTES = 256;

  private static final String LABEL = "tributary/session/v1";
  private static final StrictDecoder<Wire.SessionRequest> DECODER =
      new StrictDecoder<>(
          "session request", Wire.SessionRequest.getDefaultInstance(), MAXIMUM_BYTES);

  /** The answer of the device that holds {@code keys} to a challenge. */
  public static SessionRequest signed(VersionRange versions, Nonce nonce, DeviceKeyPair keys) {
    DeviceId deviceId = DeviceId.of(keys.publicKey());
    return new SessionRequest(versions, deviceId, nonce, keys.sign(signedText(deviceId, nonce)));
  }

  /**
   * Requires that the sender holds the private half of {@code enrolled}.
   *
   * @param enrolled the key that {@link #deviceId} enrolled
   * @throws RejectedException with {@link RejectReason#BAD_SIGNATURE} otherwise
   */
  public void verifySignature(DevicePublicKey enrolled) throws RejectedException {
    if (!enrolled.verifies(signedText(deviceId, nonce), signature)) {
      throw new RejectedException(
          RejectReason.BAD_SIGNATURE,
          "signature: not by the key of this device over this challenge");
    }
  }

  /**
   * Decodes a request; its signature is not verified yet.
   *
   * @throws RejectedException when {@code bytes} are not a valid request
   */
  public static SessionRequest decode(byte[] bytes) throws RejectedException {
    return DECODER.decode(bytes, SessionRequest::fromWire);
  }

  /** The encoding. */
  public byte[] encode() {
    return Wire.SessionRequest.newBuilder()
        .setVersion(VersionRange.FIRST)
        .setMinimumVersion(versions.minimum())
        .setMaximumVersion(versions.maximum())
        .setDeviceId(deviceId.text())
        .setNonce(ByteString.copyFrom(nonce.toByteArray()))
        .setSignature(ByteString.copyFrom(signature.toByteArray()))
        .build()
        .toByteArray();
  }

  private static SessionRequest fromWire(Wire.SessionRequest wire) {
    FieldRules.exactBytes("signature", wire.getSignature().size(), DeviceSignature.LENGTH_BYTES);
    return new SessionRequest(
        new VersionRange(wire.getMinimumVersion(), wire.getMaximumVersion()),
        new DeviceId(wire.getDeviceId()),
        Nonce.of(wire.getNonce().toByteArray()),
        DeviceSignature.of(wire.getSignature().toByteArray()));
  }

  private static byte[] signedText(DeviceId deviceId, Nonce nonce) {
    return SignedText.of(LABEL, deviceId.toByteArray(), nonce.toByteArray());
  }
}
