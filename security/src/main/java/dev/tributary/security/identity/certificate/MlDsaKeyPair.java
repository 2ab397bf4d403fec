package dev.tributary.security.identity.certificate;

import dev.tributary.security.BugException;
import dev.tributary.security.secret.InsecureSecretAccess;
import dev.tributary.security.secret.SecretBytes;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.crypto.CryptoException;
import org.bouncycastle.crypto.params.MLDSAParameters;
import org.bouncycastle.crypto.params.MLDSAPrivateKeyParameters;
import org.bouncycastle.crypto.params.MLDSAPublicKeyParameters;
import org.bouncycastle.crypto.signers.MLDSASigner;

/**
 * An ML-DSA-65 key pair (FIPS 204) of an authority: pure, with an empty context, deterministic. In
 * certificates as RFC 9881 says.
 */
final class MlDsaKeyPair {

  static final int SEED_LENGTH_BYTES = 32;
  static final int PUBLIC_KEY_LENGTH_BYTES = 1952;
  static final int SIGNATURE_LENGTH_BYTES = 3309;

  /** RFC 9881, section 2: without parameters. */
  static final AlgorithmIdentifier ALGORITHM =
      new AlgorithmIdentifier(NISTObjectIdentifiers.id_ml_dsa_65);

  private final SecretBytes seed;
  private final MLDSAPrivateKeyParameters privateKey;

  /**
   * The key pair of a seed.
   *
   * @param seed 32 bytes, the {@code xi} of FIPS 204; from now on owned by the key pair
   */
  MlDsaKeyPair(SecretBytes seed) {
    if (seed.length() != SEED_LENGTH_BYTES) {
      throw new IllegalArgumentException(
          "ML-DSA seed: expected " + SEED_LENGTH_BYTES + " bytes, got " + seed.length());
    }
    this.seed = seed;
    this.privateKey =
        seed.lend(
            InsecureSecretAccess.get(),
            xi -> new MLDSAPrivateKeyParameters(MLDSAParameters.ml_dsa_65, xi));
  }

  SecretBytes seed() {
    return seed;
  }

  MLDSAPublicKeyParameters publicKey() {
    return privateKey.getPublicKeyParameters();
  }

  byte[] sign(byte[] message) {
    MLDSASigner signer = new MLDSASigner();
    signer.init(true, privateKey);
    signer.update(message, 0, message.length);
    try {
      return signer.generateSignature();
    } catch (CryptoException e) {
      throw new BugException("ML-DSA signs whatever it is given", e);
    }
  }

  void destroy() {
    seed.destroy();
    privateKey.destroy();
  }

  static boolean verifies(MLDSAPublicKeyParameters key, byte[] message, byte[] signature) {
    if (signature.length != SIGNATURE_LENGTH_BYTES) {
      return false;
    }
    MLDSASigner verifier = new MLDSASigner();
    verifier.init(false, key);
    verifier.update(message, 0, message.length);
    return verifier.verifySignature(signature);
  }

  static SubjectPublicKeyInfo encode(MLDSAPublicKeyParameters key) {
    return new SubjectPublicKeyInfo(ALGORITHM, key.getEncoded());
  }

  /**
   * The key with this encoding.
   *
   * @throws IllegalArgumentException when it is not an ML-DSA-65 key
   */
  static MLDSAPublicKeyParameters decode(AlgorithmIdentifier algorithm, byte[] encoded) {
    if (!algorithm.equals(ALGORITHM) || encoded.length != PUBLIC_KEY_LENGTH_BYTES) {
      throw new IllegalArgumentException(
          "alternative public key: expected ML-DSA-65 of "
              + PUBLIC_KEY_LENGTH_BYTES
              + " bytes, got "
              + algorithm.getAlgorithm()
              + " of "
              + encoded.length);
    }
    return new MLDSAPublicKeyParameters(MLDSAParameters.ml_dsa_65, encoded);
  }
}
