package dev.tributary.security.agreement;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.bouncycastle.math.ec.rfc7748.X25519;
import org.jspecify.annotations.Nullable;

/**
 * X25519 (RFC 7748, section 5) between two static keys: nothing need be sent, and coins are not
 * used. The private key is the seed itself; clamping ignores five of its bits.
 *
 * <p>Both directions between two keys give the same bytes, so what an offer computed is kept for
 * the one time that the same peer's offer is accepted: no longer than the private key, which would
 * give it again. Between devices, each of which deals to the other, that halves the work. What was
 * prepared is kept as long, for the first use with each peer.
 */
final class X25519KeyExchange implements KeyExchange {

  static final int KEY_LENGTH_BYTES = X25519.POINT_SIZE;

  private static final byte[] NOTHING = {};

  private final byte[] privateKey;
  private final byte[] publicKey = new byte[KEY_LENGTH_BYTES];
  private final Map<ByteBuffer, byte[]> prepared = new ConcurrentHashMap<>();
  private final Map<ByteBuffer, byte[]> offered = new ConcurrentHashMap<>();

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
  public void prepare(List<byte[]> peers) {
    List<byte[]> missing = new ArrayList<>();
    for (byte[] peer : peers) {
      ByteBuffer key = ByteBuffer.wrap(peer);
      if (!offered.containsKey(key) && !prepared.containsKey(key)) {
        missing.add(peer);
      }
    }
    if (missing.isEmpty()) {
      return;
    }
    List<byte[]> secrets = X25519Ladder.multiplied(privateKey, missing);
    for (int i = 0; i < missing.size(); i++) {
      forget(prepared.put(ByteBuffer.wrap(missing.get(i)), secrets.get(i)));
    }
  }

  @Override
  public RawOffer offer(byte[] peer, byte[] coins) {
    byte[] secret = secretWith(peer);
    forget(offered.put(ByteBuffer.wrap(peer.clone()), secret.clone()));
    return new RawOffer(NOTHING, secret);
  }

  @Override
  public byte[] accept(byte[] offerer, byte[] encapsulation) {
    byte[] known = offered.remove(ByteBuffer.wrap(offerer));
    return known == null ? secretWith(offerer) : known;
  }

  private byte[] secretWith(byte[] peer) {
    byte[] known = prepared.remove(ByteBuffer.wrap(peer));
    return known == null ? agree(privateKey, peer) : checked(known);
  }

  @Override
  public void destroy() {
    Arrays.fill(privateKey, (byte) 0);
    for (Map<ByteBuffer, byte[]> secrets : List.of(prepared, offered)) {
      secrets.values().forEach(X25519KeyExchange::forget);
      secrets.clear();
    }
  }

  private static void forget(byte @Nullable [] secret) {
    if (secret != null) {
      Arrays.fill(secret, (byte) 0);
    }
  }

  /**
   * The function X25519, refusing the all-zero result as section 6.1 allows: it would be the same
   * for every private key.
   *
   * @param scalar byte[32]
   * @param point byte[32]
   * @throws IllegalArgumentException for a point of small order
   */
  static byte[] agree(byte[] scalar, byte[] point) {
    return checked(X25519Ladder.multiplied(scalar, point));
  }

  private static byte[] checked(byte[] secret) {
    int anyBit = 0;
    for (byte b : secret) {
      anyBit |= b;
    }
    if (anyBit == 0) {
      throw new IllegalArgumentException(
          "X25519: expected a point of full order, got one that every private key takes to zero");
    }
    return secret;
  }
}
