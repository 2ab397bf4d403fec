package dev.tributary.security.agreement;

import dev.tributary.security.Hkdf;
import dev.tributary.security.Sha256;
import dev.tributary.security.secret.InsecureSecretAccess;
import dev.tributary.security.secret.SecretBytes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;

/**
 * A key pair for agreeing on secrets with others, made from a 32-byte seed and nothing else.
 *
 * <p>The parties of an agreement have an order that both know. The lower one offers and sends the
 * encapsulation; the higher one accepts it. In {@code CLASSIC} the encapsulation is empty. In both
 * suites the result is
 *
 * <pre>
 * HKDF-SHA256(ikm  = what the exchange gave (X25519, or X-Wing's shared secret),
 *             info = "tributary/agreement/v1" ‖ suite number, one byte
 *                    ‖ SHA-256(offering key ‖ accepting key ‖ encapsulation)), 32 bytes
 * </pre>
 *
 * so that it belongs to these two keys in these two roles. It does not prove who the other party
 * is: public keys and encapsulations are authenticated by whoever carries them.
 *
 * <p>An offer is a function of seed, peer and coins. When the coins come from {@link #coins}, the
 * seed alone gives every secret of this pair again. The expanded private key is kept, so that a
 * server that agrees with thousands of peers expands it once. Safe for use by many threads, but not
 * while another destroys it.
 */
public final class AgreementKeyPair {

  /** Length of a seed. */
  public static final int SEED_LENGTH_BYTES = 32;

  /** Length of the coins of an offer: {@code eseed} of X-Wing, section 5.4.1. */
  public static final int COINS_LENGTH_BYTES = XWingKeyExchange.COINS_LENGTH_BYTES;

  /** Length of an agreed secret. */
  public static final int SECRET_LENGTH_BYTES = 32;

  private static final byte[] SECRET_LABEL =
      "tributary/agreement/v1".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] COINS_LABEL =
      "tributary/agreement/v1/coins".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] NO_SALT = {};
  private static final byte[] NO_COINS = {};

  private final SecretBytes seed;
  private final KeyExchange exchange;
  private final AgreementPublicKey publicKey;

  private AgreementKeyPair(CipherSuite suite, SecretBytes seed) {
    this.seed = seed;
    this.exchange = seed.lend(InsecureSecretAccess.get(), suite::expand);
    this.publicKey = AgreementPublicKey.ofOwn(suite, exchange.publicKey());
  }

  /**
   * The key pair of a seed.
   *
   * @param seed 32 bytes: the X25519 private key (RFC 7748, section 5, clamped when used), or the
   *     decapsulation key of X-Wing; from now on owned by the key pair, which destroys it with
   *     itself
   * @throws IllegalArgumentException for another length
   */
  public static AgreementKeyPair of(CipherSuite suite, SecretBytes seed) {
    if (seed.length() != SEED_LENGTH_BYTES) {
      throw new IllegalArgumentException(
          "seed of a key pair: expected " + SEED_LENGTH_BYTES + " bytes, got " + seed.length());
    }
    return new AgreementKeyPair(suite, seed);
  }

  /** A new key pair. */
  public static AgreementKeyPair generate(CipherSuite suite, SecureRandom random) {
    return new AgreementKeyPair(suite, SecretBytes.random(SEED_LENGTH_BYTES, random));
  }

  /** The suite of the pair. */
  public CipherSuite suite() {
    return publicKey.suite();
  }

  /** The half that others may know. */
  public AgreementPublicKey publicKey() {
    return publicKey;
  }

  /** The seed, to be shared or sealed; still owned by the key pair. */
  public SecretBytes seed() {
    return seed;
  }

  /**
   * Coins for one offer, derived from the seed: 64 bytes, HKDF-SHA256 with info {@code
   * "tributary/agreement/v1/coins" ‖ context}.
   *
   * @param context names the peer and the occasion: one context, one offer
   * @throws IllegalStateException after {@link #destroy()}
   */
  public SecretBytes coins(byte[] context) {
    byte[] info =
        ByteBuffer.allocate(COINS_LABEL.length + context.length)
            .put(COINS_LABEL)
            .put(context)
            .array();
    return Hkdf.derive(NO_SALT, seed, info, COINS_LENGTH_BYTES);
  }

  /**
   * Does at once what agreeing with each of many peers will need, where the suite gains by that: a
   * tenth of the work of X25519. What it computed is kept for one agreement with each of them, no
   * longer than this pair; the agreements themselves give the same as without.
   *
   * @throws IllegalArgumentException for a key of another suite
   * @throws IllegalStateException after {@link #destroy()}
   */
  public void prepare(List<AgreementPublicKey> peers) {
    checkAlive();
    peers.forEach(this::checkUse);
    exchange.prepare(peers.stream().map(AgreementPublicKey::encoded).toList());
  }

  /**
   * The lower party's half.
   *
   * @param coins 64 uniform bytes, used for this offer only; {@code CLASSIC} does not use them
   * @throws IllegalArgumentException for a key of another suite or coins of another length
   * @throws IllegalStateException after {@link #destroy()}
   */
  public Offer offer(AgreementPublicKey peer, SecretBytes coins) {
    checkUse(peer);
    if (coins.length() != COINS_LENGTH_BYTES) {
      throw new IllegalArgumentException(
          "coins of an offer: expected " + COINS_LENGTH_BYTES + " bytes, got " + coins.length());
    }
    return coins.lend(InsecureSecretAccess.get(), bytes -> offered(peer, bytes));
  }

  /**
   * The lower party's half with {@link #coins}, where the suite uses any: the same each time.
   *
   * @throws IllegalArgumentException for a key of another suite
   * @throws IllegalStateException after {@link #destroy()}
   */
  public Offer offer(AgreementPublicKey peer, byte[] context) {
    checkUse(peer);
    if (suite().encapsulationLengthBytes() == 0) {
      return offered(peer, NO_COINS);
    }
    SecretBytes coins = coins(context);
    try {
      return offer(peer, coins);
    } finally {
      coins.destroy();
    }
  }

  private Offer offered(AgreementPublicKey peer, byte[] coins) {
    KeyExchange.RawOffer raw = exchange.offer(peer.encoded(), coins);
    byte[] encapsulation = raw.encapsulation();
    return new Offer(encapsulation, bound(raw.secret(), publicKey, peer, encapsulation));
  }

  /**
   * The higher party's half. In {@code HYBRID} an encapsulation that was made for another key, or
   * changed on its way, gives a secret that nobody else has (FIPS 203, section 6.3), not an error.
   *
   * @param encapsulation byte[{@link CipherSuite#encapsulationLengthBytes()}]
   * @return 32 bytes
   * @throws IllegalArgumentException for a key of another suite, an encapsulation of another
   *     length, or one with an X25519 point of small order
   * @throws IllegalStateException after {@link #destroy()}
   */
  public SecretBytes accept(AgreementPublicKey offerer, byte[] encapsulation) {
    checkUse(offerer);
    if (encapsulation.length != suite().encapsulationLengthBytes()) {
      throw new IllegalArgumentException(
          suite()
              + " encapsulation: expected "
              + suite().encapsulationLengthBytes()
              + " bytes, got "
              + encapsulation.length);
    }
    byte[] raw = exchange.accept(offerer.encoded(), encapsulation);
    return bound(raw, offerer, publicKey, encapsulation);
  }

  /** Forgets the seed and the private key; the public key remains. */
  public void destroy() {
    seed.destroy();
    exchange.destroy();
  }

  @Override
  public String toString() {
    return "AgreementKeyPair[" + publicKey + ", seed redacted]";
  }

  private void checkUse(AgreementPublicKey peer) {
    if (peer.suite() != suite()) {
      throw new IllegalArgumentException(
          "public key of the peer: expected suite " + suite() + ", got " + peer.suite());
    }
    checkAlive();
  }

  private void checkAlive() {
    if (seed.isDestroyed()) {
      throw new IllegalStateException("key pair " + publicKey + " was used after it was destroyed");
    }
  }

  /** Binds the secret to the parties; overwrites {@code raw}. */
  private static SecretBytes bound(
      byte[] raw, AgreementPublicKey offering, AgreementPublicKey accepting, byte[] encapsulation) {
    MessageDigest parties = Sha256.start();
    parties.update(offering.encoded());
    parties.update(accepting.encoded());
    parties.update(encapsulation);
    byte[] info =
        ByteBuffer.allocate(SECRET_LABEL.length + 1 + Hkdf.HASH_LENGTH_BYTES)
            .put(SECRET_LABEL)
            .put((byte) offering.suite().number())
            .put(parties.digest())
            .array();
    SecretBytes material = SecretBytes.copyOf(raw, InsecureSecretAccess.get());
    Arrays.fill(raw, (byte) 0);
    try {
      return Hkdf.derive(NO_SALT, material, info, SECRET_LENGTH_BYTES);
    } finally {
      material.destroy();
    }
  }
}
