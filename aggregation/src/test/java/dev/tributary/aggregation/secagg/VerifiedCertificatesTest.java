package dev.tributary.aggregation.secagg;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.OpaqueBytes;
import dev.tributary.aggregation.protocol.PopulationName;
import dev.tributary.security.agreement.CipherSuite;
import dev.tributary.security.identity.DeviceKeyPair;
import dev.tributary.security.identity.DevicePublicKey;
import dev.tributary.security.identity.certificate.CertificateAuthority;
import dev.tributary.security.identity.certificate.CertificateTerms;
import dev.tributary.security.identity.certificate.Validity;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class VerifiedCertificatesTest {

  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final Validity DAY = new Validity(NOW, NOW.plus(Duration.ofDays(1)));
  private static final PopulationName POPULATION = new PopulationName("testers");

  private final SecureRandom random = new SecureRandom();
  private final CertificateAuthority authority = authority();
  private final DeviceKeyPair device = DeviceKeyPair.generate(random);
  private final VerifiedCertificates verified = new VerifiedCertificates();

  private CertificateAuthority authority() {
    return CertificateAuthority.generate(CipherSuite.HYBRID, "test", DAY, random);
  }

  private OpaqueBytes certificate(DevicePublicKey key, String subject) {
    var terms =
        new CertificateTerms(
            subject, POPULATION.text(), CertificateTerms.randomSerial(random), DAY);
    return OpaqueBytes.of(authority.issue(terms, key).toByteArray());
  }

  private OpaqueBytes certificate() {
    return certificate(device.publicKey(), DeviceId.of(device.publicKey()).text());
  }

  @Test
  void good_isRememberedAndSaysTheSameAgain() {
    OpaqueBytes certificate = certificate();
    var first = verified.verify(authority.certificate().keys(), CipherSuite.CLASSIC, certificate);
    assertThat(first).map(VerifiedCertificates.Verified::key).contains(device.publicKey());
    assertThat(verified.verify(authority.certificate().keys(), CipherSuite.CLASSIC, certificate))
        .isEqualTo(first);
    assertThat(verified.count()).isEqualTo(1);
  }

  @Test
  void anotherAuthority_isAskedAnew() {
    OpaqueBytes certificate = certificate();
    verified.verify(authority.certificate().keys(), CipherSuite.CLASSIC, certificate);
    assertThat(verified.verify(authority().certificate().keys(), CipherSuite.CLASSIC, certificate))
        .isEmpty();
  }

  @Test
  void oneBitFlipped_isAnotherCertificate() {
    byte[] bytes = certificate().toByteArray();
    verified.verify(authority.certificate().keys(), CipherSuite.HYBRID, OpaqueBytes.of(bytes));
    bytes[bytes.length / 2] ^= 1;
    assertThat(
            verified.verify(
                authority.certificate().keys(), CipherSuite.HYBRID, OpaqueBytes.of(bytes)))
        .isEmpty();
  }

  @Test
  void refused_isNotRemembered() {
    verified.verify(
        authority.certificate().keys(), CipherSuite.CLASSIC, OpaqueBytes.of(new byte[] {1}));
    verified.verify(
        authority.certificate().keys(),
        CipherSuite.CLASSIC,
        certificate(device.publicKey(), "somebody else"));
    assertThat(verified.count()).isZero();
  }

  @Test
  void remembered_stillEndsInItsTime() {
    OpaqueBytes certificate = certificate();
    assertThat(at(NOW).certifiedKey(certificate)).contains(device.publicKey());
    assertThat(at(NOW.plus(Duration.ofDays(2))).certifiedKey(certificate))
        .contains(device.publicKey()); // clocks may be a day wrong
    assertThat(at(NOW.plus(Duration.ofDays(2)).plusSeconds(1)).certifiedKey(certificate)).isEmpty();
    assertThat(at(NOW.minus(Duration.ofDays(1))).certifiedKey(certificate))
        .contains(device.publicKey());
    assertThat(at(NOW.minus(Duration.ofDays(1)).minusSeconds(1)).certifiedKey(certificate))
        .isEmpty();
  }

  @Test
  void remembered_isStillOfItsPopulationOnly() {
    OpaqueBytes certificate = certificate();
    assertThat(at(NOW).certifiedKey(certificate)).isPresent();
    assertThat(
            CertifiedAuthority.at(
                    authority.certificate().keys(),
                    new PopulationName("others"),
                    CipherSuite.CLASSIC,
                    NOW)
                .certifiedKey(certificate))
        .isEmpty();
  }

  @Test
  void suiteThatAsksForMore_isAnotherQuestion() {
    CertificateAuthority classic =
        CertificateAuthority.generate(CipherSuite.CLASSIC, "test", DAY, random);
    var terms =
        new CertificateTerms(
            DeviceId.of(device.publicKey()).text(),
            POPULATION.text(),
            CertificateTerms.randomSerial(random),
            DAY);
    OpaqueBytes certificate =
        OpaqueBytes.of(classic.issue(terms, device.publicKey()).toByteArray());
    assertThat(verified.verify(classic.certificate().keys(), CipherSuite.CLASSIC, certificate))
        .isPresent();
    assertThat(verified.verify(authority.certificate().keys(), CipherSuite.HYBRID, certificate))
        .isEmpty();
  }

  private CertifiedAuthority at(Instant instant) {
    return CertifiedAuthority.at(
        authority.certificate().keys(), POPULATION, CipherSuite.CLASSIC, instant);
  }
}
