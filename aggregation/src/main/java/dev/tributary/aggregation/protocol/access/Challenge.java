package dev.tributary.aggregation.protocol.access;

import com.google.protobuf.ByteString;
import dev.tributary.aggregation.protocol.FieldRules;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.aggregation.protocol.VersionRange;
import dev.tributary.aggregation.protocol.codec.StrictDecoder;
import dev.tributary.aggregation.protocol.wire.Wire;

/**
 * Something to sign. Given for any device id, also an unknown one, so that asking tells nothing.
 *
 * @param nonce good for one answer
 * @param expiresInSeconds how long it is good for, 1..3600
 */
public record Challenge(Nonce nonce, int expiresInSeconds) {

  /** The largest encoding. */
  public static final int MAXIMUM_BYTES = 128;

  private static final int MAXIMUM_SECONDS = 3600;
  private static final StrictDecoder<Wire.Challenge> DECODER =
      new StrictDecoder<>("challenge", Wire.Challenge.getDefaultInstance(), MAXIMUM_BYTES);

  /**
   * A challenge.
   *
   * @throws dev.tributary.aggregation.protocol.InvalidFieldException when a field is out of range
   */
  public Challenge {
    FieldRules.inRange("expires_in_seconds", expiresInSeconds, 1, MAXIMUM_SECONDS);
  }

  /**
   * Decodes a challenge.
   *
   * @throws RejectedException when {@code bytes} are not a valid one
   */
  public static Challenge decode(byte[] bytes) throws RejectedException {
    return DECODER.decode(
        bytes,
        wire -> new Challenge(Nonce.of(wire.getNonce().toByteArray()), wire.getExpiresInSeconds()));
  }

  /** The encoding. */
  public byte[] encode() {
    return Wire.Challenge.newBuilder()
        .setVersion(VersionRange.FIRST)
        .setNonce(ByteString.copyFrom(nonce.toByteArray()))
        .setExpiresInSeconds(expiresInSeconds)
        .build()
        .toByteArray();
  }
}
