package dev.tributary.security.agreement;

import java.util.Arrays;
import org.bouncycastle.math.ec.rfc7748.X25519;

/**
 * X25519 (RFC 7748, section 5) between two static keys: nothing need be sent, and coins are not
 * used. The private key is the seed itself; clamping ignores five of its bits.
 */
final class X25519KeyExchange implements KeyExchange {

  static final int KEY_LENGTH_BYTES = X25519.POINT_SIZE;

  private static final byte[] NOTHING = {};

  private final byte[] privateKey;
  private final byte[] publicKey = new byte[KEY_LENGTH_BYTES];

  /**
   * The key with this seed.
   *
   * @param seed byte[32], copied
   */
  X25519KeyExchange(byte[] seed) {
    privateKey = seed.clone();
    X25519.scalarMultBase(privateKey, 0, publicKey, 0);
  }

  @Override
  public byte[] publicKey() {
    return publicKey.clone();
  }

  @Override
  public RawOffer offer(byte[] peer, byte[] coins) {
    return new RawOffer(NOTHING, agree(privateKey, peer, 0));
  }

  @Override
  public byte[] accept(byte[] offerer, byte[] encapsulation) {
    return agree(privateKey, offerer, 0);
  }

  @Override
  public void destroy() {
    Arrays.fill(privateKey, (byte) 0);
  }

  /**
   * The function X25519, refusing the all-zero result as section 6.1 allows: it would be the same
   * for every private key.
   *
   * @param scalar byte[32]
   * @param point the 32 bytes at {@code offset}
   * @throws IllegalArgumentException for a point of small order
   */
  static byte[] agree(byte[] scalar, byte[] point, int offset) {
    byte[] secret = new byte[KEY_LENGTH_BYTES];
    if (!X25519.calculateAgreement(scalar, 0, point, offset, secret, 0)) {
      throw new IllegalArgumentException(
          "X25519: expected a point of full order, got one that every private key takes to zero");
    }
    return secret;
  }
}
