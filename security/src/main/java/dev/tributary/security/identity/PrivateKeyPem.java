package dev.tributary.security.identity;

import dev.tributary.security.BugException;
import dev.tributary.security.secret.InsecureSecretAccess;
import dev.tributary.security.secret.SecretBytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
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

  private static final String BEGIN = "-----BEGIN PRIVATE KEY-----";
  private static final String END = "-----END PRIVATE KEY-----";
  private static final int LINE_LENGTH = 64;

  private PrivateKeyPem() {}

  /**
   * The file for a key.
   *
   * @param seed byte[32]
   * @return ASCII, owned by the caller, who overwrites it after use
   */
  static byte[] encode(byte[] seed) {
    byte[] der = toDer(seed);
    byte[] base64 = Base64.getMimeEncoder(LINE_LENGTH, new byte[] {'\n'}).encode(der);
    byte[] begin = (BEGIN + "\n").getBytes(StandardCharsets.US_ASCII);
    byte[] end = ("\n" + END + "\n").getBytes(StandardCharsets.US_ASCII);
    byte[] pem = Arrays.copyOf(begin, begin.length + base64.length + end.length);
    System.arraycopy(base64, 0, pem, begin.length, base64.length);
    System.arraycopy(end, 0, pem, begin.length + base64.length, end.length);
    Arrays.fill(der, (byte) 0);
    Arrays.fill(base64, (byte) 0);
    return pem;
  }

  /**
   * The key in a file.
   *
   * @param pem ASCII; text before and after the block is ignored, as RFC 7468, section 2, allows
   * @return the seed, 32 bytes
   * @throws IllegalArgumentException when this is not an unencrypted Ed25519 key; says nothing of
   *     the content
   */
  static SecretBytes decode(byte[] pem) {
    int begin = indexOf(pem, BEGIN, 0);
    int end = begin < 0 ? -1 : indexOf(pem, END, begin + BEGIN.length());
    if (end < 0) {
      throw new IllegalArgumentException(
          "expected a PEM block \"PRIVATE KEY\" (unencrypted PKCS#8), found none");
    }
    byte[] base64 = Arrays.copyOfRange(pem, begin + BEGIN.length(), end);
    byte[] der = new byte[0];
    try {
      der = Base64.getMimeDecoder().decode(base64);
      return fromDer(der);
    } finally {
      Arrays.fill(base64, (byte) 0);
      Arrays.fill(der, (byte) 0);
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

  private static int indexOf(byte[] text, String marker, int from) {
    byte[] wanted = marker.getBytes(StandardCharsets.US_ASCII);
    for (int i = from; i + wanted.length <= text.length; i++) {
      if (Arrays.equals(text, i, i + wanted.length, wanted, 0, wanted.length)) {
        return i;
      }
    }
    return -1;
  }
}
