package dev.tributary.security.identity.certificate;

import dev.tributary.security.agreement.CipherSuite;
import dev.tributary.security.identity.DeviceKeyPair;
import dev.tributary.security.identity.DevicePublicKey;
import dev.tributary.security.secret.Pem;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.crypto.params.MLDSAPublicKeyParameters;
import org.jspecify.annotations.Nullable;

/**
 * An authority's word that an Ed25519 key is a certain device's, of a certain population, for a
 * certain time. Issued by {@link CertificateAuthority}.
 *
 * <p>A value of this type is well formed. Whether it holds is what {@link #refusal} says, and that
 * whoever shows it has the private key is for a signature to prove.
 */
public final class DeviceCertificate {

  private static final List<ASN1ObjectIdentifier> ALLOWED =
      List.of(Extension.basicConstraints, Extension.keyUsage, Extension.authorityKeyIdentifier);

  private final SignedCertificate certificate;
  private final CertificateTerms terms;
  private final byte[] authorityKeyIdentifier;

  private DeviceCertificate(SignedCertificate certificate) {
    this.certificate = certificate;
    RDN[] parts = certificate.subject().getRDNs();
    SignedCertificate.check(parts.length == 2, "a subject with a population and a device");
    this.terms =
        new CertificateTerms(
            AuthorityCertificate.textOf(parts[1], BCStyle.CN),
            AuthorityCertificate.textOf(parts[0], BCStyle.OU),
            certificate.serial(),
            certificate.validity());
    this.authorityKeyIdentifier =
        certificate
            .extension(Extension.authorityKeyIdentifier)
            .map(DeviceCertificate::identifierOf)
            .orElse(new byte[0]);
    for (Extension expected : extensions(authorityKeyIdentifier)) {
      SignedCertificate.check(
          certificate.extension(expected.getExtnId()).filter(expected::equals).isPresent(),
          "the extension " + expected.getExtnId() + " of a device");
    }
  }

  /**
   * Reads a certificate.
   *
   * @param der what {@link #toByteArray} gave, not kept
   * @throws IllegalArgumentException when it is not a certificate of a device; whether it holds is
   *     another question
   */
  public static DeviceCertificate of(byte[] der) {
    return SignedCertificate.reading(
        () -> new DeviceCertificate(SignedCertificate.parse(der, ALLOWED)));
  }

  static DeviceCertificate sign(
      CertificateTerms terms,
      DevicePublicKey publicKey,
      AuthorityCertificate authority,
      DeviceKeyPair key,
      @Nullable MlDsaKeyPair alternativeKey) {
    X500Name subject =
        new X500Name(
            new RDN[] {
              new RDN(BCStyle.OU, new DERUTF8String(terms.population())),
              new RDN(BCStyle.CN, new DERUTF8String(terms.subject()))
            });
    return new DeviceCertificate(
        SignedCertificate.sign(
            new SignedCertificate.Content(
                authority.subject(),
                subject,
                terms.serial(),
                terms.validity(),
                publicKey,
                extensions(AuthorityCertificate.keyIdentifier(authority.publicKey()))),
            key,
            alternativeKey));
  }

  /**
   * Why this certificate does not hold; empty when it does. Time is looked at last: of a forged
   * certificate it says nothing.
   *
   * @param authority the one that is trusted
   * @param required in {@code HYBRID} there must be an ML-DSA-65 signature. One that is there is
   *     verified in {@code CLASSIC} too, when the authority has a key for it.
   * @param now the instant at which it is to hold
   * @throws IllegalArgumentException when {@code HYBRID} is required of an authority that has no
   *     ML-DSA-65 key
   */
  public Optional<CertificateRefusal> refusal(
      AuthorityCertificate authority, CipherSuite required, Instant now) {
    if (required == CipherSuite.HYBRID && authority.suite() != CipherSuite.HYBRID) {
      throw new IllegalArgumentException(
          "authority \"" + authority.name() + "\": expected one with an ML-DSA-65 key for HYBRID");
    }
    if (!Arrays.equals(
        SignedCertificate.der(certificate.issuer()), SignedCertificate.der(authority.subject()))) {
      return Optional.of(CertificateRefusal.WRONG_ISSUER);
    }
    return refusal(authority.keys(), required, now);
  }

  /**
   * The same for whoever has pinned keys and knows no name of their owner.
   *
   * @throws IllegalArgumentException when {@code HYBRID} is required and there is no ML-DSA-65 key
   */
  public Optional<CertificateRefusal> refusal(
      AuthorityKeys authority, CipherSuite required, Instant now) {
    if (required == CipherSuite.HYBRID && authority.suite() != CipherSuite.HYBRID) {
      throw new IllegalArgumentException(
          "keys of an authority: expected an ML-DSA-65 key among them for HYBRID");
    }
    if (!Arrays.equals(
        authorityKeyIdentifier, AuthorityCertificate.keyIdentifier(authority.key()))) {
      return Optional.of(CertificateRefusal.WRONG_AUTHORITY_KEY);
    }
    if (!certificate.isSignedBy(authority.key())) {
      return Optional.of(CertificateRefusal.TAMPERED);
    }
    return alternativeRefusal(authority.alternativeKey(), required)
        .or(() -> terms.validity().refusalAt(now));
  }

  /** What is certified. */
  public CertificateTerms terms() {
    return terms;
  }

  /** The device: an opaque text. */
  public String subject() {
    return terms.subject();
  }

  /** The group that it belongs to. */
  public String population() {
    return terms.population();
  }

  /** The number that the authority gave to this certificate. */
  public BigInteger serial() {
    return terms.serial();
  }

  /** The device's key. */
  public DevicePublicKey publicKey() {
    return certificate.publicKey();
  }

  /** Whether an ML-DSA-65 signature is there; not whether it is valid. */
  public boolean hasAlternativeSignature() {
    return certificate.hasAlternativeSignature();
  }

  /** The certificate in DER, a copy: about 350 bytes, 3.7 KB with the alternative signature. */
  public byte[] toByteArray() {
    return certificate.toByteArray();
  }

  /** The certificate in PEM (RFC 7468, section 5), ASCII. */
  public byte[] toPem() {
    return Pem.encode(AuthorityCertificate.PEM_LABEL, certificate.toByteArray());
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof DeviceCertificate that
        && Arrays.equals(toByteArray(), that.toByteArray());
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(toByteArray());
  }

  @Override
  public String toString() {
    return "DeviceCertificate[subject="
        + subject()
        + ", population="
        + population()
        + ", serial="
        + serial()
        + "]";
  }

  private Optional<CertificateRefusal> alternativeRefusal(
      Optional<MLDSAPublicKeyParameters> key, CipherSuite required) {
    if (!certificate.hasAlternativeSignature()) {
      return required == CipherSuite.HYBRID
          ? Optional.of(CertificateRefusal.ALTERNATIVE_SIGNATURE_MISSING)
          : Optional.empty();
    }
    return key.filter(known -> !certificate.isAlternativelySignedBy(known))
        .map(known -> CertificateRefusal.ALTERNATIVE_SIGNATURE_INVALID);
  }

  private static List<Extension> extensions(byte[] authorityKeyIdentifier) {
    return List.of(
        SignedCertificate.extension(Extension.basicConstraints, true, new BasicConstraints(false)),
        SignedCertificate.extension(
            Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature)),
        SignedCertificate.extension(
            Extension.authorityKeyIdentifier,
            false,
            new AuthorityKeyIdentifier(authorityKeyIdentifier)));
  }

  private static byte[] identifierOf(Extension extension) {
    byte[] identifier =
        AuthorityKeyIdentifier.getInstance(extension.getParsedValue()).getKeyIdentifierOctets();
    SignedCertificate.check(identifier != null, "a key identifier of its authority");
    return identifier;
  }
}
