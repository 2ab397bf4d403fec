package dev.tributary.security.identity;

import dev.tributary.security.BugException;
import dev.tributary.security.secret.InsecureSecretAccess;
import dev.tributary.security.secret.Pem;
import dev.tributary.security.secret.SecretBytes;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.util.PrivateKeyFactory;

/**
 * An Ed25519 private key as text: {@code OneAsymmetricKey} version 1 without attributes or public
 * key (RFC 8410, section 7, the form that every tool reads), in PEM (RFC 7468, section 10).
 */
final class PrivateKeyPem {

  private static final String LABEL = "PRIVATE KEY";

  private PrivateKeyPem() {}

  /**
   * The file for a key.
   *
   * @param seed byte[32]
   * @return ASCII, owned by the caller, who overwrites it after use
   */
  static byte[] encode(byte[] seed) {
    byte[] der = toDer(seed);
    byte[] pem = Pem.encode(LABEL, der);
    Arrays.fill(der, (byte) 0);
    return pem;
  }

  /**
   * The key in a file.
   *
   * @param pem ASCII with one such block or more, of which the first counts
   * @return the seed, 32 bytes
   * @throws IllegalArgumentException when this is not an unencrypted Ed25519 key; says nothing of
   *     the content
   */
  static SecretBytes decode(byte[] pem) {
    List<SecretBytes> blocks = Pem.decode(LABEL, pem);
    if (blocks.isEmpty()) {
      throw new IllegalArgumentException(
          "expected a PEM block \"PRIVATE KEY\" (unencrypted PKCS#8), found none");
    }
    try {
      return blocks.get(0).lend(InsecureSecretAccess.get(), PrivateKeyPem::fromDer);
    } finally {
      blocks.forEach(SecretBytes::destroy);
    }
  }

  private static byte[] toDer(byte[] seed) {
    try {
      AlgorithmIdentifier ed25519 = new AlgorithmIdentifier(EdECObjectIdentifiers.id_Ed25519);
      return new PrivateKeyInfo(ed25519, new DEROctetString(seed)).getEncoded("DER");
    } catch (IOException e) {
      throw new BugException("an Ed25519 key of " + seed.length + " bytes has no DER encoding", e);
    }
  }

  private static SecretBytes fromDer(byte[] der) {
    AsymmetricKeyParameter key;
    try {
      key = PrivateKeyFactory.createKey(der);
    } catch (IOException | RuntimeException e) {
      throw new IllegalArgumentException(
          "the PEM block \"PRIVATE KEY\" does not hold a PKCS#8 key", e);
    }
    if (!(key instanceof Ed25519PrivateKeyParameters ed25519)) {
      throw new IllegalArgumentException(
          "expected an Ed25519 private key, found a key of another algorithm");
    }
    byte[] seed = ed25519.getEncoded();
    try {
      return SecretBytes.copyOf(seed, InsecureSecretAccess.get());
    } finally {
      Arrays.fill(seed, (byte) 0);
    }
  }
}
