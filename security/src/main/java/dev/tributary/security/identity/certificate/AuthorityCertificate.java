package dev.tributary.security.identity.certificate;

import dev.tributary.security.Sha256;
import dev.tributary.security.agreement.CipherSuite;
import dev.tributary.security.identity.DeviceKeyPair;
import dev.tributary.security.identity.DevicePublicKey;
import dev.tributary.security.secret.InsecureSecretAccess;
import dev.tributary.security.secret.Pem;
import dev.tributary.security.secret.SecretBytes;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1UTF8String;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.x500.AttributeTypeAndValue;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectAltPublicKeyInfo;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.crypto.params.MLDSAPublicKeyParameters;
import org.jspecify.annotations.Nullable;

/**
 * The public half of a {@link CertificateAuthority}: its name, its keys and from when to when it
 * vouches, signed by itself. What devices and servers are given to trust.
 *
 * <p>A value of this type has valid signatures by its own keys; that says nothing of who made it.
 */
public final class AuthorityCertificate {

  static final String PEM_LABEL = "CERTIFICATE";

  private static final int KEY_IDENTIFIER_BYTES = 20;
  private static final List<ASN1ObjectIdentifier> ALLOWED =
      List.of(
          Extension.basicConstraints,
          Extension.keyUsage,
          Extension.subjectKeyIdentifier,
          Extension.subjectAltPublicKeyInfo);

  private final SignedCertificate certificate;
  private final String name;
  private final @Nullable MLDSAPublicKeyParameters alternativeKey;

  private AuthorityCertificate(
      SignedCertificate certificate, @Nullable MLDSAPublicKeyParameters alternativeKey) {
    this.certificate = certificate;
    this.alternativeKey = alternativeKey;
    this.name = nameOf(certificate.subject());
  }

  /**
   * Reads a certificate of an authority and verifies it with its own keys.
   *
   * @param der what {@link #toByteArray} gave, not kept
   * @throws IllegalArgumentException when it is not one
   */
  public static AuthorityCertificate of(byte[] der) {
    return SignedCertificate.reading(() -> read(der));
  }

  private static AuthorityCertificate read(byte[] der) {
    SignedCertificate signed = SignedCertificate.parse(der, ALLOWED);
    MLDSAPublicKeyParameters alternativeKey =
        signed
            .extension(Extension.subjectAltPublicKeyInfo)
            .map(AuthorityCertificate::alternativeKeyOf)
            .orElse(null);
    for (Extension expected : extensions(signed.publicKey(), alternativeKey)) {
      SignedCertificate.check(
          signed.extension(expected.getExtnId()).filter(expected::equals).isPresent(),
          "the extension " + expected.getExtnId() + " of an authority");
    }
    SignedCertificate.check(signed.issuer().equals(signed.subject()), "its own issuer");
    SignedCertificate.check(
        signed.hasAlternativeSignature() == (alternativeKey != null),
        "both an alternative key and its signature, or neither");
    SignedCertificate.check(signed.isSignedBy(signed.publicKey()), "its own signature");
    SignedCertificate.check(
        alternativeKey == null || signed.isAlternativelySignedBy(alternativeKey),
        "its own alternative signature");
    return new AuthorityCertificate(signed, alternativeKey);
  }

  /**
   * Reads the first certificate in a text.
   *
   * @param pem ASCII (RFC 7468, section 5)
   * @throws IllegalArgumentException when there is none, or it is not an authority's
   */
  public static AuthorityCertificate ofPem(byte[] pem) {
    List<SecretBytes> blocks = Pem.decode(PEM_LABEL, pem);
    if (blocks.isEmpty()) {
      throw new IllegalArgumentException("expected a PEM block \"CERTIFICATE\", found none");
    }
    return blocks.get(0).lend(InsecureSecretAccess.get(), AuthorityCertificate::of);
  }

  static AuthorityCertificate sign(
      String name,
      Validity validity,
      BigInteger serial,
      DeviceKeyPair key,
      @Nullable MlDsaKeyPair alternativeKey) {
    MLDSAPublicKeyParameters publicAlternative =
        alternativeKey == null ? null : alternativeKey.publicKey();
    X500Name self = nameOf(name);
    SignedCertificate signed =
        SignedCertificate.sign(
            new SignedCertificate.Content(
                self,
                self,
                serial,
                validity,
                key.publicKey(),
                extensions(key.publicKey(), publicAlternative)),
            key,
            alternativeKey);
    return new AuthorityCertificate(signed, publicAlternative);
  }

  /** The authority's name. */
  public String name() {
    return name;
  }

  /** {@code HYBRID} when it has an ML-DSA-65 key beside its Ed25519 key. */
  public CipherSuite suite() {
    return alternativeKey == null ? CipherSuite.CLASSIC : CipherSuite.HYBRID;
  }

  /** Its keys alone: what a device pins. */
  public AuthorityKeys keys() {
    return new AuthorityKeys(publicKey(), alternativeKey);
  }

  /** From when to when it vouches. */
  public Validity validity() {
    return certificate.validity();
  }

  /** The certificate in DER, a copy. */
  public byte[] toByteArray() {
    return certificate.toByteArray();
  }

  /** The certificate in PEM (RFC 7468, section 5), ASCII. */
  public byte[] toPem() {
    return Pem.encode(PEM_LABEL, certificate.toByteArray());
  }

  /** SHA-256 of the certificate: what two people compare. byte[32]. */
  public byte[] fingerprint() {
    return Sha256.of(certificate.toByteArray());
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof AuthorityCertificate that
        && Arrays.equals(toByteArray(), that.toByteArray());
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(fingerprint());
  }

  @Override
  public String toString() {
    return "AuthorityCertificate[name="
        + name
        + ", suite="
        + suite()
        + ", sha256="
        + HexFormat.of().formatHex(fingerprint())
        + "]";
  }

  X500Name subject() {
    return certificate.subject();
  }

  DevicePublicKey publicKey() {
    return certificate.publicKey();
  }

  Optional<MLDSAPublicKeyParameters> alternativeKey() {
    return Optional.ofNullable(alternativeKey);
  }

  /** RFC 7093, section 2, method 1: the leftmost 160 bits of the SHA-256 of the key. */
  static byte[] keyIdentifier(DevicePublicKey key) {
    return Arrays.copyOf(Sha256.of(key.toByteArray()), KEY_IDENTIFIER_BYTES);
  }

  private static List<Extension> extensions(
      DevicePublicKey key, @Nullable MLDSAPublicKeyParameters alternativeKey) {
    List<Extension> extensions = new ArrayList<>();
    // it signs certificates of devices and no other authority's
    extensions.add(
        SignedCertificate.extension(Extension.basicConstraints, true, new BasicConstraints(0)));
    extensions.add(
        SignedCertificate.extension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign)));
    extensions.add(
        SignedCertificate.extension(
            Extension.subjectKeyIdentifier, false, new SubjectKeyIdentifier(keyIdentifier(key))));
    if (alternativeKey != null) {
      extensions.add(
          SignedCertificate.extension(
              Extension.subjectAltPublicKeyInfo,
              false,
              new SubjectAltPublicKeyInfo(MlDsaKeyPair.encode(alternativeKey))));
    }
    return extensions;
  }

  private static MLDSAPublicKeyParameters alternativeKeyOf(Extension extension) {
    SubjectAltPublicKeyInfo info = SubjectAltPublicKeyInfo.getInstance(extension.getParsedValue());
    return MlDsaKeyPair.decode(info.getAlgorithm(), info.getSubjectAltPublicKey().getOctets());
  }

  private static X500Name nameOf(String name) {
    CertificateTerms.checkText("name of an authority", name);
    return new X500Name(new RDN[] {new RDN(BCStyle.CN, new DERUTF8String(name))});
  }

  private static String nameOf(X500Name subject) {
    RDN[] parts = subject.getRDNs();
    SignedCertificate.check(parts.length == 1, "a subject with one common name");
    return textOf(parts[0], BCStyle.CN);
  }

  /** The text of a part of a name that has this type and no other. */
  static String textOf(RDN part, ASN1ObjectIdentifier type) {
    SignedCertificate.check(part.size() == 1, "a name with one value in each part");
    AttributeTypeAndValue first = part.getFirst();
    SignedCertificate.check(
        first.getType().equals(type) && first.getValue() instanceof ASN1UTF8String,
        "a name with " + type + " as UTF-8 text");
    String text = ((ASN1UTF8String) first.getValue()).getString();
    CertificateTerms.checkText("certificate", text);
    return text;
  }
}
