package dev.tributary.coordinator.access;

import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.security.identity.BearerToken;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/**
 * Session tokens of devices: {@code device(16) | expiry in epoch seconds(4) | code(12)} in
 * base64url, 43 characters. Nothing is kept for a session, however many there are. The 96-bit code
 * can only be guessed online, against a key that lives as long as this process: after a restart a
 * device opens a session again.
 *
 * <p>Any thread; a check is one HMAC.
 */
final class Sessions {

  private static final int DEVICE_BYTES = 16;
  private static final int SIGNED_PART_BYTES = DEVICE_BYTES + Integer.BYTES;
  private static final int CODE_BYTES = 12;
  private static final int TOKEN_BYTES = SIGNED_PART_BYTES + CODE_BYTES;
  private static final int TEXT_LENGTH = 43;

  private final AccessLimits limits;
  private final InstantSource clock;
  private final KeyedCode code;

  Sessions(AccessLimits limits, InstantSource clock, SecureRandom random) {
    this.limits = limits;
    this.clock = clock;
    this.code = new KeyedCode(random);
  }

  BearerToken issue(DeviceId device) {
    long expirySeconds = Math.ceilDiv(clock.millis() + limits.session().toMillis(), 1000L);
    ByteBuffer token =
        ByteBuffer.allocate(TOKEN_BYTES)
            .put(device.toByteArray())
            .putInt((int) expirySeconds); // unsigned: good until 2106
    token.put(code.of(token.array(), SIGNED_PART_BYTES, CODE_BYTES));
    return BearerToken.of(Base64.getUrlEncoder().withoutPadding().encodeToString(token.array()));
  }

  /**
   * The device a token was issued to.
   *
   * @throws RejectedException BAD_TOKEN when it was not issued here, TOKEN_EXPIRED when it is too
   *     old
   */
  DeviceId check(String text) throws RejectedException {
    byte[] token = decoded(text);
    boolean issuedHere =
        MessageDigest.isEqual(
            code.of(token, SIGNED_PART_BYTES, CODE_BYTES),
            Arrays.copyOfRange(token, SIGNED_PART_BYTES, TOKEN_BYTES));
    if (!issuedHere) {
      throw badToken();
    }
    long expirySeconds = Integer.toUnsignedLong(ByteBuffer.wrap(token).getInt(DEVICE_BYTES));
    if (expirySeconds * 1000 <= clock.millis()) {
      throw new RejectedException(RejectReason.TOKEN_EXPIRED, "the session has expired");
    }
    return new DeviceId(HexFormat.of().formatHex(token, 0, DEVICE_BYTES));
  }

  private static byte[] decoded(String text) throws RejectedException {
    if (text.length() == TEXT_LENGTH) {
      try {
        byte[] token = Base64.getUrlDecoder().decode(text);
        if (token.length == TOKEN_BYTES) {
          return token;
        }
      } catch (IllegalArgumentException e) {
        throw badToken();
      }
    }
    throw badToken();
  }

  private static RejectedException badToken() {
    return new RejectedException(
        RejectReason.BAD_TOKEN, "the token is not a session of this coordinator");
  }
}
