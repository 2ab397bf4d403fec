package dev.tributary.security.identity.certificate;

import dev.tributary.security.BugException;
import dev.tributary.security.secret.InsecureSecretAccess;
import dev.tributary.security.secret.Pem;
import dev.tributary.security.secret.SecretBytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1TaggedObject;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.jspecify.annotations.Nullable;

/**
 * The text form of an authority: its certificate, its Ed25519 key (RFC 8410, section 7) and, in the
 * hybrid suite, the seed of its ML-DSA-65 key (RFC 9881, section 6), each a PEM block.
 *
 * @param certificate the public half
 * @param seed 32 bytes
 * @param alternativeSeed 32 bytes; null in the classic suite
 */
record AuthorityFile(
    AuthorityCertificate certificate, SecretBytes seed, @Nullable SecretBytes alternativeSeed) {

  private static final String KEY_LABEL = "PRIVATE KEY";

  /** ASCII; the caller overwrites it. */
  byte[] encode() {
    WipedBytes out = new WipedBytes();
    out.writeBytes(certificate.toPem());
    appendKey(out, EdECObjectIdentifiers.id_Ed25519, seed);
    if (alternativeSeed != null) {
      appendKey(out, NISTObjectIdentifiers.id_ml_dsa_65, alternativeSeed);
    }
    return out.toByteArrayAndWipe();
  }

  /**
   * Reads what {@link #encode} wrote.
   *
   * @throws IllegalArgumentException when it is something else; says nothing of the content
   */
  static AuthorityFile decode(byte[] pem) {
    AuthorityCertificate certificate = AuthorityCertificate.ofPem(pem);
    List<SecretBytes> keys = Pem.decode(KEY_LABEL, pem);
    int expected = certificate.alternativeKey().isPresent() ? 2 : 1;
    try {
      if (keys.size() != expected) {
        throw new IllegalArgumentException(
            "authority: expected " + expected + " private keys, got " + keys.size());
      }
      return new AuthorityFile(
          certificate,
          seedOf(keys.get(0), EdECObjectIdentifiers.id_Ed25519),
          expected == 2 ? seedOf(keys.get(1), NISTObjectIdentifiers.id_ml_dsa_65) : null);
    } finally {
      keys.forEach(SecretBytes::destroy);
    }
  }

  private static void appendKey(WipedBytes out, ASN1ObjectIdentifier algorithm, SecretBytes seed) {
    byte[] der =
        seed.lend(
            InsecureSecretAccess.get(),
            bytes -> {
              try {
                return new PrivateKeyInfo(
                        new AlgorithmIdentifier(algorithm), wrapped(algorithm, bytes))
                    .getEncoded("DER");
              } catch (IOException e) {
                throw new BugException("a key of 32 bytes has no DER encoding", e);
              }
            });
    byte[] pem = Pem.encode(KEY_LABEL, der);
    out.writeBytes(pem);
    Arrays.fill(der, (byte) 0);
    Arrays.fill(pem, (byte) 0);
  }

  /** An octet string; the seed of ML-DSA is the alternative [0] of a choice. */
  private static ASN1Encodable wrapped(ASN1ObjectIdentifier algorithm, byte[] seed) {
    DEROctetString octets = new DEROctetString(seed);
    return algorithm.equals(NISTObjectIdentifiers.id_ml_dsa_65)
        ? new DERTaggedObject(false, 0, octets)
        : octets;
  }

  private static SecretBytes seedOf(SecretBytes der, ASN1ObjectIdentifier algorithm) {
    byte[] seed =
        der.lend(
            InsecureSecretAccess.get(),
            bytes -> {
              try {
                PrivateKeyInfo info = PrivateKeyInfo.getInstance(bytes);
                if (!info.getPrivateKeyAlgorithm().equals(new AlgorithmIdentifier(algorithm))) {
                  throw new IllegalArgumentException("another algorithm");
                }
                ASN1Encodable key = info.parsePrivateKey();
                return (algorithm.equals(NISTObjectIdentifiers.id_ml_dsa_65)
                        ? ASN1OctetString.getInstance((ASN1TaggedObject) key, false)
                        : (ASN1OctetString) key)
                    .getOctets()
                    .clone();
              } catch (IOException | RuntimeException e) {
                throw new IllegalArgumentException(
                    "authority: expected a private key of algorithm " + algorithm + " in PKCS#8");
              }
            });
    try {
      return SecretBytes.copyOf(seed, InsecureSecretAccess.get());
    } finally {
      Arrays.fill(seed, (byte) 0);
    }
  }

  @Override
  public String toString() {
    return "AuthorityFile[" + certificate + ", keys redacted]";
  }

  /** A growing buffer whose last content is overwritten; what it outgrew is not. */
  private static final class WipedBytes extends ByteArrayOutputStream {

    /** Room for everything, so that it never grows. */
    WipedBytes() {
      super(32 * 1024);
    }

    byte[] toByteArrayAndWipe() {
      byte[] copy = toByteArray();
      Arrays.fill(buf, (byte) 0);
      return copy;
    }
  }
}
