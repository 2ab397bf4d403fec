package dev.tributary.security.identity.certificate;

import dev.tributary.security.BugException;
import dev.tributary.security.identity.DeviceKeyPair;
import dev.tributary.security.identity.DevicePublicKey;
import dev.tributary.security.identity.DeviceSignature;
import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.bouncycastle.asn1.ASN1BitString;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1Object;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.AltSignatureAlgorithm;
import org.bouncycastle.asn1.x509.AltSignatureValue;
import org.bouncycastle.asn1.x509.Certificate;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.TBSCertificate;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x509.V3TBSCertificateGenerator;
import org.bouncycastle.crypto.params.MLDSAPublicKeyParameters;
import org.jspecify.annotations.Nullable;

/**
 * An X.509 version 3 certificate of an Ed25519 key, signed with Ed25519 (RFC 8410) and perhaps with
 * ML-DSA-65 beside it: what certificates of devices and of authorities have in common.
 *
 * <p>The second signature is X.509 (2019), section 9.8, made first: over the certificate without
 * the algorithm and value of the first signature and without its own value, but with its own
 * algorithm. The first signature then covers everything, the second included. A reader that does
 * not know the extensions sees an ordinary certificate.
 *
 * <p>Stricter than X.509: DER only and with nothing behind it, so that one certificate has one
 * encoding; no extensions but the given ones; no unique identifiers.
 */
final class SignedCertificate {

  static final AlgorithmIdentifier ED25519 =
      new AlgorithmIdentifier(EdECObjectIdentifiers.id_Ed25519);

  private final Certificate certificate;
  private final byte[] encoded;
  private final DevicePublicKey publicKey;

  private SignedCertificate(Certificate certificate, byte[] owned) {
    this.certificate = certificate;
    this.encoded = owned;
    this.publicKey = ed25519KeyOf(certificate.getSubjectPublicKeyInfo());
  }

  /**
   * What is signed.
   *
   * @param extensions without those of the alternative signature
   */
  record Content(
      X500Name issuer,
      X500Name subject,
      BigInteger serial,
      Validity validity,
      DevicePublicKey publicKey,
      List<Extension> extensions) {}

  /** Signs with one key or both. */
  static SignedCertificate sign(
      Content content, DeviceKeyPair key, @Nullable MlDsaKeyPair alternativeKey) {
    List<Extension> extensions = new ArrayList<>(content.extensions);
    if (alternativeKey != null) {
      extensions.add(
          extension(
              Extension.altSignatureAlgorithm,
              false,
              new AltSignatureAlgorithm(MlDsaKeyPair.ALGORITHM)));
      byte[] signature = alternativeKey.sign(der(preTbs(generator(content, extensions))));
      extensions.add(
          extension(Extension.altSignatureValue, false, new AltSignatureValue(signature)));
    }
    V3TBSCertificateGenerator generator = generator(content, extensions);
    generator.setSignature(ED25519);
    TBSCertificate signed = generator.generateTBSCertificate();
    byte[] signature = key.sign(der(signed)).toByteArray();
    Certificate certificate = new Certificate(signed, ED25519, new DERBitString(signature));
    return new SignedCertificate(certificate, der(certificate));
  }

  /**
   * Reads a certificate.
   *
   * @param allowed the extensions that it may have beside those of the alternative signature
   * @throws IllegalArgumentException when this is not a certificate of this kind
   */
  static SignedCertificate parse(byte[] der, List<ASN1ObjectIdentifier> allowed) {
    Certificate certificate;
    try {
      certificate = Certificate.getInstance(der);
    } catch (RuntimeException e) {
      throw new IllegalArgumentException("certificate: expected X.509 in DER, got other bytes", e);
    }
    check(Arrays.equals(der(certificate), der), "DER with nothing behind it");
    TBSCertificate tbs = certificate.getTBSCertificate();
    check(tbs.getVersionNumber() == 3, "version 3");
    check(
        ED25519.equals(tbs.getSignature()) && ED25519.equals(certificate.getSignatureAlgorithm()),
        "a signature with Ed25519");
    check(
        tbs.getIssuerUniqueId() == null && tbs.getSubjectUniqueId() == null,
        "no unique identifiers");
    ASN1BitString signature = certificate.getSignature();
    check(
        signature.getPadBits() == 0 && signature.getOctets().length == DeviceSignature.LENGTH_BYTES,
        "a signature of " + DeviceSignature.LENGTH_BYTES + " bytes");
    check(tbs.getExtensions() != null, "extensions");
    for (ASN1ObjectIdentifier extension : tbs.getExtensions().getExtensionOIDs()) {
      check(
          allowed.contains(extension) || isOfAlternativeSignature(extension),
          "no extension " + extension);
    }
    SignedCertificate parsed = new SignedCertificate(certificate, der.clone());
    parsed.checkAlternativeSignature();
    CertificateTerms.checkSerial(parsed.serial());
    return parsed;
  }

  /**
   * Reads something of a certificate that anybody may have sent. The library throws several kinds
   * of exceptions, at parsing or only when a field is asked for, and all of them mean the same.
   *
   * @throws IllegalArgumentException when {@code read} throws anything
   */
  static <T> T reading(Supplier<T> read) {
    try {
      return read.get();
    } catch (IllegalArgumentException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          "certificate: expected X.509 in DER, got a malformed field", e);
    }
  }

  byte[] toByteArray() {
    return encoded.clone();
  }

  X500Name issuer() {
    return certificate.getIssuer();
  }

  X500Name subject() {
    return certificate.getSubject();
  }

  BigInteger serial() {
    return certificate.getSerialNumber().getValue();
  }

  DevicePublicKey publicKey() {
    return publicKey;
  }

  Validity validity() {
    return new Validity(
        certificate.getStartDate().getDate().toInstant(),
        certificate.getEndDate().getDate().toInstant());
  }

  Optional<Extension> extension(ASN1ObjectIdentifier id) {
    return Optional.ofNullable(certificate.getTBSCertificate().getExtensions().getExtension(id));
  }

  boolean isSignedBy(DevicePublicKey key) {
    return key.verifies(
        der(certificate.getTBSCertificate()),
        DeviceSignature.of(certificate.getSignature().getOctets()));
  }

  boolean hasAlternativeSignature() {
    return extension(Extension.altSignatureValue).isPresent();
  }

  boolean isAlternativelySignedBy(MLDSAPublicKeyParameters key) {
    TBSCertificate tbs = certificate.getTBSCertificate();
    List<Extension> covered = new ArrayList<>();
    for (ASN1ObjectIdentifier id : tbs.getExtensions().getExtensionOIDs()) {
      if (!id.equals(Extension.altSignatureValue)) {
        covered.add(tbs.getExtensions().getExtension(id));
      }
    }
    Content content = new Content(issuer(), subject(), serial(), validity(), publicKey(), covered);
    return MlDsaKeyPair.verifies(
        key,
        der(preTbs(generator(content, covered))),
        AltSignatureValue.fromExtensions(tbs.getExtensions()).getSignature().getOctets());
  }

  static Extension extension(ASN1ObjectIdentifier id, boolean critical, ASN1Object value) {
    return new Extension(id, critical, new DEROctetString(der(value)));
  }

  static byte[] der(ASN1Encodable value) {
    try {
      return value.toASN1Primitive().getEncoded("DER");
    } catch (IOException e) {
      throw new BugException("a certificate that was just put together has no DER encoding", e);
    }
  }

  /**
   * Refuses a certificate.
   *
   * @throws IllegalArgumentException unless {@code condition}
   */
  static void check(boolean condition, String expected) {
    if (!condition) {
      throw new IllegalArgumentException(
          "certificate: expected " + expected + ", got something else");
    }
  }

  private void checkAlternativeSignature() {
    Extensions extensions = certificate.getTBSCertificate().getExtensions();
    Extension algorithm = extensions.getExtension(Extension.altSignatureAlgorithm);
    Extension value = extensions.getExtension(Extension.altSignatureValue);
    check((algorithm == null) == (value == null), "an alternative signature with its algorithm");
    if (algorithm != null && value != null) {
      check(!algorithm.isCritical() && !value.isCritical(), "no critical alternative signature");
      check(
          algorithm.equals(
              extension(
                  Extension.altSignatureAlgorithm,
                  false,
                  new AltSignatureAlgorithm(MlDsaKeyPair.ALGORITHM))),
          "an alternative signature with ML-DSA-65");
      ASN1BitString bits = bitString(value);
      check(
          bits.getPadBits() == 0 && bits.getOctets().length == MlDsaKeyPair.SIGNATURE_LENGTH_BYTES,
          "an alternative signature of " + MlDsaKeyPair.SIGNATURE_LENGTH_BYTES + " bytes");
    }
  }

  private static ASN1BitString bitString(Extension value) {
    byte[] octets = value.getExtnValue().getOctets();
    ASN1BitString bits = ASN1BitString.getInstance(octets);
    check(Arrays.equals(der(bits), octets), "DER in its extensions");
    return bits;
  }

  private static boolean isOfAlternativeSignature(ASN1ObjectIdentifier id) {
    return id.equals(Extension.altSignatureAlgorithm) || id.equals(Extension.altSignatureValue);
  }

  private static V3TBSCertificateGenerator generator(Content content, List<Extension> extensions) {
    V3TBSCertificateGenerator generator = new V3TBSCertificateGenerator();
    generator.setSerialNumber(new ASN1Integer(content.serial));
    generator.setIssuer(content.issuer);
    generator.setSubject(content.subject);
    generator.setStartDate(new Time(Date.from(content.validity.notBefore())));
    generator.setEndDate(new Time(Date.from(content.validity.notAfter())));
    generator.setSubjectPublicKeyInfo(
        new SubjectPublicKeyInfo(ED25519, content.publicKey.toByteArray()));
    generator.setExtensions(new Extensions(extensions.toArray(new Extension[0])));
    return generator;
  }

  private static ASN1Encodable preTbs(V3TBSCertificateGenerator generator) {
    return generator.generatePreTBSCertificate();
  }

  private static DevicePublicKey ed25519KeyOf(SubjectPublicKeyInfo info) {
    check(ED25519.equals(info.getAlgorithm()), "a key of Ed25519");
    check(info.getPublicKeyData().getPadBits() == 0, "a key of whole bytes");
    return DevicePublicKey.of(info.getPublicKeyData().getOctets());
  }
}
