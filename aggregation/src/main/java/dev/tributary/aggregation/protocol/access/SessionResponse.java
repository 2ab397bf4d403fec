package dev.tributary.aggregation.protocol.access;

import dev.tributary.aggregation.protocol.FieldRules;
import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.aggregation.protocol.VersionRange;
import dev.tributary.aggregation.protocol.codec.StrictDecoder;
import dev.tributary.aggregation.protocol.wire.Wire;
import dev.tributary.security.identity.BearerToken;
import dev.tributary.security.secret.InsecureSecretAccess;

/**
 * A session: a token that stands for the device until it expires.
 *
 * @param version the version of the protocol that the coordinator chose for the session, one that
 *     this program speaks
 * @param token goes into the {@code Authorization} header of every request from now on
 * @param expiresInSeconds how long it is good for, 1..604800 (a week)
 */
public record SessionResponse(int version, BearerToken token, int expiresInSeconds) {

  /** The largest encoding. */
  public static final int MAXIMUM_BYTES = 128;

  private static final int MAXIMUM_SECONDS = 7 * 24 * 3600;
  private static final StrictDecoder<Wire.SessionResponse> DECODER =
      new StrictDecoder<>(
          "session response", Wire.SessionResponse.getDefaultInstance(), MAXIMUM_BYTES);

  /**
   * A session.
   *
   * @throws dev.tributary.aggregation.protocol.InvalidFieldException when a field is out of range
   */
  public SessionResponse {
    VersionRange.SUPPORTED.check(version);
    FieldRules.inRange("expires_in_seconds", expiresInSeconds, 1, MAXIMUM_SECONDS);
  }

  /**
   * Decodes a session.
   *
   * @throws RejectedException when {@code bytes} are not a valid one
   */
  public static SessionResponse decode(byte[] bytes) throws RejectedException {
    return DECODER.decode(
        bytes,
        wire ->
            new SessionResponse(
                wire.getVersion(),
                FieldRules.build(
                    "token", RejectReason.FIELD_WRONG_FORM, () -> BearerToken.of(wire.getToken())),
                wire.getExpiresInSeconds()));
  }

  /** The encoding, which holds the token. */
  public byte[] encode() {
    return Wire.SessionResponse.newBuilder()
        .setVersion(version)
        .setToken(token.text(InsecureSecretAccess.get()))
        .setExpiresInSeconds(expiresInSeconds)
        .build()
        .toByteArray();
  }
}
