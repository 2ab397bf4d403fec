package dev.tributary.coordinator.access;

import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.aggregation.protocol.access.Nonce;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a device signs to prove that it holds its key now. A challenge is {@code expiry(8) |
 * random(8) | code(16)}, the code binding it to the device: issuing one keeps nothing, so asking
 * for millions costs this process no memory. Only a spent one is remembered, until it would have
 * expired anyway, and only a device that signs can spend one.
 *
 * <p>Any thread.
 */
final class Challenges {

  static final int NONCE_BYTES = 32;

  private static final int SIGNED_PART_BYTES = 16;
  private static final int CODE_BYTES = 16;

  private final AccessLimits limits;
  private final InstantSource clock;
  private final SecureRandom random;
  private final KeyedCode code;
  private final Map<Nonce, Long> expiryMillisBySpent = new LinkedHashMap<>();

  Challenges(AccessLimits limits, InstantSource clock, SecureRandom random) {
    this.limits = limits;
    this.clock = clock;
    this.random = random;
    this.code = new KeyedCode(random);
  }

  /** A fresh challenge, byte[32]. Whether the device is enrolled is not told here. */
  Nonce issue(DeviceId device) {
    byte[] entropy = new byte[Long.BYTES];
    random.nextBytes(entropy);
    ByteBuffer nonce =
        ByteBuffer.allocate(NONCE_BYTES)
            .putLong(clock.millis() + limits.challenge().toMillis())
            .put(entropy);
    return Nonce.of(nonce.put(codeOf(nonce.array(), device)).array());
  }

  /**
   * Checks that {@code nonce} was issued here to {@code device} and is fresh.
   *
   * @throws RejectedException BAD_CHALLENGE when it was not, or is too old
   */
  void check(DeviceId device, Nonce presented) throws RejectedException {
    byte[] nonce = presented.toByteArray();
    boolean issuedHere =
        MessageDigest.isEqual(
            codeOf(nonce, device), Arrays.copyOfRange(nonce, SIGNED_PART_BYTES, NONCE_BYTES));
    if (!issuedHere) {
      throw new RejectedException(
          RejectReason.BAD_CHALLENGE, "the challenge was not issued to this device");
    }
    if (expiryMillis(nonce) <= clock.millis()) {
      throw new RejectedException(RejectReason.BAD_CHALLENGE, "the challenge has expired");
    }
  }

  /**
   * Marks a checked and signed challenge as used.
   *
   * @throws RejectedException BAD_CHALLENGE when it was used before, OVERLOADED when too many are
   *     remembered
   */
  synchronized void spend(Nonce nonce) throws RejectedException {
    forgetExpired();
    if (expiryMillisBySpent.containsKey(nonce)) {
      throw new RejectedException(RejectReason.BAD_CHALLENGE, "the challenge was used before");
    }
    if (expiryMillisBySpent.size() >= limits.spentChallenges()) {
      throw new RejectedException(RejectReason.OVERLOADED, "too many sessions are being opened");
    }
    expiryMillisBySpent.put(nonce, expiryMillis(nonce.toByteArray()));
  }

  /**
   * They are spent in nearly the order they expire in; one that is not waits for those before it.
   */
  private void forgetExpired() {
    long nowMillis = clock.millis();
    var oldest = expiryMillisBySpent.values().iterator();
    while (oldest.hasNext() && oldest.next() <= nowMillis) {
      oldest.remove();
    }
  }

  private static long expiryMillis(byte[] nonce) {
    return ByteBuffer.wrap(nonce).getLong();
  }

  private byte[] codeOf(byte[] nonce, DeviceId device) {
    byte[] raw = device.toByteArray();
    byte[] message =
        ByteBuffer.allocate(SIGNED_PART_BYTES + raw.length)
            .put(nonce, 0, SIGNED_PART_BYTES)
            .put(raw)
            .array();
    return code.of(message, message.length, CODE_BYTES);
  }
}
