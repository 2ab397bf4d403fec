package dev.tributary.security.agreement;

import dev.tributary.security.BugException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.bouncycastle.crypto.SecretWithEncapsulation;
import org.bouncycastle.crypto.digests.SHA3Digest;
import org.bouncycastle.crypto.digests.SHAKEDigest;
import org.bouncycastle.crypto.kems.MLKEMExtractor;
import org.bouncycastle.crypto.kems.MLKEMGenerator;
import org.bouncycastle.crypto.params.MLKEMParameters;
import org.bouncycastle.crypto.params.MLKEMPrivateKeyParameters;
import org.bouncycastle.crypto.params.MLKEMPublicKeyParameters;
import org.bouncycastle.math.ec.rfc7748.X25519;

/**
 * X-Wing (draft-connolly-cfrg-xwing-kem): ML-KEM-768 (FIPS 203) and X25519 joined so that the
 * secret is safe while either of them is. The private key is the seed, the draft's {@code sk}.
 *
 * <p>Put together here from its parts and not taken whole from the library, because the library
 * draws its coins itself and the draft's {@code EncapsulateDerand} is what is needed: the offer has
 * to be the same when it is made again. Names follow the draft.
 */
final class XWingKeyExchange implements KeyExchange {

  static final int PUBLIC_KEY_LENGTH_BYTES = 1216;
  static final int ENCAPSULATION_LENGTH_BYTES = 1120;
  static final int COINS_LENGTH_BYTES = 64;

  private static final int ML_KEM_PUBLIC_KEY_BYTES = 1184;
  private static final int ML_KEM_CIPHERTEXT_BYTES = 1088;
  private static final int HALF_BYTES = 32;

  /** Section 5.3, {@code XWingLabel}: 5c 2e 2f 2f 5e 5c. */
  private static final byte[] LABEL = "\\.//^\\".getBytes(StandardCharsets.US_ASCII);

  private final byte[] skX;
  private final byte[] pkX = new byte[HALF_BYTES];
  private final MLKEMPrivateKeyParameters skM;
  private final byte[] publicKey;

  /**
   * {@code expandDecapsulationKey} of section 5.2.
   *
   * @param seed byte[32], not kept
   */
  XWingKeyExchange(byte[] seed) {
    byte[] expanded = new byte[3 * HALF_BYTES];
    SHAKEDigest shake = new SHAKEDigest(256);
    shake.update(seed, 0, seed.length);
    shake.doFinal(expanded, 0, expanded.length);
    shake.reset();
    byte[] seedM = Arrays.copyOf(expanded, 2 * HALF_BYTES);
    skM = new MLKEMPrivateKeyParameters(MLKEMParameters.ml_kem_768, seedM);
    skX = Arrays.copyOfRange(expanded, 2 * HALF_BYTES, 3 * HALF_BYTES);
    X25519.scalarMultBase(skX, 0, pkX, 0);
    publicKey = joined(skM.getPublicKey(), pkX);
    Arrays.fill(expanded, (byte) 0);
    Arrays.fill(seedM, (byte) 0);
  }

  /**
   * Checks both halves of a public key: FIPS 203, section 7.2, and {@link CurvePoint}.
   *
   * @param encoded byte[1216]
   * @throws IllegalArgumentException when a half is not a public key
   */
  static void check(byte[] encoded) {
    ofMlKem(encoded);
    CurvePoint.check(encoded, ML_KEM_PUBLIC_KEY_BYTES);
  }

  /**
   * Checks the half of an encapsulation that can be wrong; any bytes are a ciphertext of ML-KEM.
   *
   * @param encapsulation byte[1120]
   * @throws IllegalArgumentException when its X25519 point is none
   */
  static void checkEncapsulation(byte[] encapsulation) {
    CurvePoint.check(encapsulation, ML_KEM_CIPHERTEXT_BYTES);
  }

  @Override
  public byte[] publicKey() {
    return publicKey.clone();
  }

  @Override
  public RawOffer offer(byte[] peer, byte[] coins) {
    return encapsulate(peer, coins);
  }

  @Override
  public byte[] accept(byte[] offerer, byte[] encapsulation) {
    byte[] ctM = Arrays.copyOf(encapsulation, ML_KEM_CIPHERTEXT_BYTES);
    byte[] ctX = Arrays.copyOfRange(encapsulation, ML_KEM_CIPHERTEXT_BYTES, encapsulation.length);
    byte[] ssX = X25519KeyExchange.agree(skX, ctX);
    byte[] ssM = new MLKEMExtractor(skM).extractSecret(ctM);
    return combined(ssM, ssX, ctX, pkX);
  }

  @Override
  public void destroy() {
    Arrays.fill(skX, (byte) 0);
    skM.destroy();
  }

  /**
   * {@code EncapsulateDerand} of section 5.4.1: needs no key of one's own.
   *
   * @param peer byte[1216]
   * @param coins byte[64], {@code eseed}
   */
  static RawOffer encapsulate(byte[] peer, byte[] coins) {
    byte[] m = Arrays.copyOf(coins, HALF_BYTES);
    byte[] ekX = Arrays.copyOfRange(coins, HALF_BYTES, COINS_LENGTH_BYTES);
    byte[] peerX = Arrays.copyOfRange(peer, ML_KEM_PUBLIC_KEY_BYTES, PUBLIC_KEY_LENGTH_BYTES);
    byte[] ctX = new byte[HALF_BYTES];
    X25519.scalarMultBase(ekX, 0, ctX, 0);
    byte[] ssX = X25519KeyExchange.agree(ekX, peerX);
    SecretWithEncapsulation ofMlKem = MLKEMGenerator.internalGenerateEncapsulated(ofMlKem(peer), m);
    byte[] secret = combined(ofMlKem.getSecret(), ssX, ctX, peerX);
    Arrays.fill(m, (byte) 0);
    Arrays.fill(ekX, (byte) 0);
    return new RawOffer(joined(ofMlKem.getEncapsulation(), ctX), secret);
  }

  private static MLKEMPublicKeyParameters ofMlKem(byte[] encoded) {
    return new MLKEMPublicKeyParameters(
        MLKEMParameters.ml_kem_768, Arrays.copyOf(encoded, ML_KEM_PUBLIC_KEY_BYTES));
  }

  /** {@code Combiner} of section 5.3; overwrites both secrets. */
  private static byte[] combined(byte[] ssM, byte[] ssX, byte[] ctX, byte[] pkX) {
    SHA3Digest sha3 = new SHA3Digest(256);
    sha3.update(ssM, 0, ssM.length);
    sha3.update(ssX, 0, ssX.length);
    sha3.update(ctX, 0, ctX.length);
    sha3.update(pkX, 0, pkX.length);
    sha3.update(LABEL, 0, LABEL.length);
    byte[] secret = new byte[HALF_BYTES];
    if (sha3.doFinal(secret, 0) != HALF_BYTES) {
      throw new BugException("SHA3-256 has 32 bytes");
    }
    Arrays.fill(ssM, (byte) 0);
    Arrays.fill(ssX, (byte) 0);
    return secret;
  }

  private static byte[] joined(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }
}
