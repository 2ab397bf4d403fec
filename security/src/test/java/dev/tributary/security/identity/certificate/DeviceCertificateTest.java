package dev.tributary.security.identity.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tributary.security.agreement.CipherSuite;
import dev.tributary.security.identity.DeviceKeyPair;
import dev.tributary.security.identity.DevicePublicKey;
import dev.tributary.security.secret.SecretBytes;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceCertificateTest {

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final Instant END = Instant.parse("2027-01-01T00:00:00Z");
  private static final Instant DURING = Instant.parse("2026-07-01T12:34:56Z");
  private static final Validity YEAR = new Validity(START, END);
  private static final DevicePublicKey KEY = DeviceKeyPair.generate(RANDOM).publicKey();
  private static final CertificateTerms TERMS =
      new CertificateTerms("device-7", "phones", BigInteger.valueOf(4711), YEAR);
  private static final CertificateAuthority CLASSIC = authority(CipherSuite.CLASSIC, "fleet");
  private static final CertificateAuthority HYBRID = authority(CipherSuite.HYBRID, "fleet");

  private static CertificateAuthority authority(CipherSuite suite, String name) {
    return CertificateAuthority.generate(suite, name, YEAR, RANDOM);
  }

  private static CertificateAuthority of(CipherSuite suite) {
    return suite == CipherSuite.CLASSIC ? CLASSIC : HYBRID;
  }

  @ParameterizedTest
  @EnumSource
  void issued_holdsAndSaysWhatWasCertified(CipherSuite suite) {
    DeviceCertificate issued = of(suite).issue(TERMS, KEY);
    DeviceCertificate read = DeviceCertificate.of(issued.toByteArray());

    assertThat(read.refusal(of(suite).certificate(), suite, DURING)).isEmpty();
    assertThat(read.terms()).isEqualTo(TERMS);
    assertThat(read.publicKey()).isEqualTo(KEY);
    assertThat(read.hasAlternativeSignature()).isEqualTo(suite == CipherSuite.HYBRID);
    assertThat(read).isEqualTo(issued).hasSameHashCodeAs(issued);
    assertThat(read.toString()).contains("device-7", "phones", "4711");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Gerät №7 🚀",
        "a",
        " ",
        "0123456789012345678901234567890123456789012345678901234567890123"
      })
  void anyText_isCertifiedAsItStands(String text) {
    CertificateTerms terms = new CertificateTerms(text, text, BigInteger.ONE, YEAR);
    assertThat(DeviceCertificate.of(CLASSIC.issue(terms, KEY).toByteArray()).terms())
        .isEqualTo(terms);
  }

  @Test
  void largestSerialAndFarthestTime_areCertified() {
    Validity ages = new Validity(Instant.EPOCH, Instant.parse("9999-12-31T23:59:59Z"));
    CertificateAuthority eternal =
        CertificateAuthority.generate(CipherSuite.CLASSIC, "eternal", ages, RANDOM);
    BigInteger largest = BigInteger.TWO.pow(159).subtract(BigInteger.ONE);
    CertificateTerms terms = new CertificateTerms("d", "p", largest, ages);
    DeviceCertificate read = DeviceCertificate.of(eternal.issue(terms, KEY).toByteArray());
    assertThat(read.terms()).isEqualTo(terms);
    assertThat(read.refusal(eternal.certificate(), CipherSuite.CLASSIC, DURING)).isEmpty();
  }

  @Test
  void time_isIncludedAtBothEnds() {
    DeviceCertificate issued = CLASSIC.issue(TERMS, KEY);
    assertThat(refusal(issued, START.minusNanos(1))).contains(CertificateRefusal.NOT_YET_VALID);
    assertThat(refusal(issued, START)).isEmpty();
    assertThat(refusal(issued, END)).isEmpty();
    assertThat(refusal(issued, END.plusNanos(1))).contains(CertificateRefusal.EXPIRED);
  }

  @Test
  void authorityOfAnotherName_isTheWrongIssuer() {
    assertThat(refusal(authority(CipherSuite.CLASSIC, "fleets").issue(TERMS, KEY), DURING))
        .contains(CertificateRefusal.WRONG_ISSUER);
  }

  @Test
  void authorityOfTheSameName_hasTheWrongKey() {
    assertThat(
            refusal(authority(CipherSuite.CLASSIC, "fleet").issue(TERMS, KEY), END.plusSeconds(1)))
        .contains(CertificateRefusal.WRONG_AUTHORITY_KEY);
  }

  /** Who broke the Ed25519 key of a hybrid authority signs with it, but not with the other one. */
  @Test
  void hybridRequired_needsTheAlternativeSignature() {
    DeviceKeyPair broken = DeviceKeyPair.generate(RANDOM);
    AuthorityCertificate authority =
        AuthorityCertificate.sign("fleet", YEAR, BigInteger.ONE, broken, mlDsaKey());
    DeviceCertificate forged = DeviceCertificate.sign(TERMS, KEY, authority, broken, null);
    assertThat(forged.refusal(authority, CipherSuite.HYBRID, DURING))
        .contains(CertificateRefusal.ALTERNATIVE_SIGNATURE_MISSING);
    assertThat(forged.refusal(authority, CipherSuite.CLASSIC, DURING)).isEmpty();
  }

  @Test
  void issuedForClassicSessions_byAHybridAuthority_holdsInThoseOnly() {
    DeviceCertificate issued = HYBRID.issueClassic(TERMS, KEY);
    assertThat(issued.terms()).isEqualTo(TERMS);
    assertThat(issued.toByteArray())
        .hasSizeLessThan(HYBRID.issue(TERMS, KEY).toByteArray().length / 8);
    assertThat(issued.refusal(HYBRID.certificate(), CipherSuite.CLASSIC, DURING)).isEmpty();
    assertThat(issued.refusal(HYBRID.certificate(), CipherSuite.HYBRID, DURING))
        .contains(CertificateRefusal.ALTERNATIVE_SIGNATURE_MISSING);
  }

  @ParameterizedTest
  @EnumSource
  void alternativeSignatureOfAnotherKey_isRefusedInBothSuites(CipherSuite required) {
    DeviceKeyPair broken = DeviceKeyPair.generate(RANDOM);
    AuthorityCertificate authority =
        AuthorityCertificate.sign("fleet", YEAR, BigInteger.ONE, broken, mlDsaKey());
    DeviceCertificate forged = DeviceCertificate.sign(TERMS, KEY, authority, broken, mlDsaKey());
    assertThat(forged.refusal(authority, required, DURING))
        .contains(CertificateRefusal.ALTERNATIVE_SIGNATURE_INVALID);
  }

  @Test
  void hybridRequiredOfAClassicAuthority_isAMistakeOfTheCaller() {
    DeviceCertificate issued = CLASSIC.issue(TERMS, KEY);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> issued.refusal(CLASSIC.certificate(), CipherSuite.HYBRID, DURING))
        .withMessageContaining("fleet");
  }

  @Test
  void anyFlippedBit_isRefused() {
    byte[] der = CLASSIC.issue(TERMS, KEY).toByteArray();
    for (int bit = 0; bit < 8 * der.length; bit++) {
      byte[] changed = der.clone();
      changed[bit / 8] ^= (byte) (1 << bit % 8);
      assertThat(holds(changed, CLASSIC, CipherSuite.CLASSIC)).as("bit %d", bit).isFalse();
    }
  }

  /** Some bits, since there are 30 000; most of them are the long signature's. */
  @Test
  void flippedBitOfAHybridCertificate_isRefused() {
    byte[] der = HYBRID.issue(TERMS, KEY).toByteArray();
    for (int i = 0; i < der.length; i += i < 400 ? 1 : 13) {
      byte[] changed = der.clone();
      changed[i] ^= (byte) (1 << i % 8);
      assertThat(holds(changed, HYBRID, CipherSuite.HYBRID)).as("byte %d", i).isFalse();
    }
  }

  /** The number of unused bits of the signature, and a signature whose last bits are unused. */
  @Test
  void signatureThatIsNoWholeBytes_isNoCertificate() {
    byte[] der = CLASSIC.issue(TERMS, KEY).toByteArray();
    der[der.length - 65] = 4;
    der[der.length - 1] = 0;
    assertThatIllegalArgumentException().isThrownBy(() -> DeviceCertificate.of(der));
  }

  /** Whatever is sent, it is refused, and with the declared exception. */
  @Test
  void randomChanges_areRefusedAsDeclared() {
    long seed = RANDOM.nextLong();
    Random random = new Random(seed);
    byte[] der = CLASSIC.issue(TERMS, KEY).toByteArray();
    for (int i = 0; i < 5000; i++) {
      byte[] changed = der.clone();
      for (int j = random.nextInt(4); j >= 0; j--) {
        int at = random.nextInt(der.length);
        changed[at] = random.nextBoolean() ? (byte) random.nextInt(256) : (byte) random.nextInt(4);
      }
      if (!Arrays.equals(changed, der)) {
        assertThat(holds(changed, CLASSIC, CipherSuite.CLASSIC)).as("seed %d", seed).isFalse();
      }
    }
  }

  @Test
  void anyOtherLength_isNoCertificate() {
    byte[] der = CLASSIC.issue(TERMS, KEY).toByteArray();
    for (int length = 0; length < der.length; length++) {
      byte[] shorter = Arrays.copyOf(der, length);
      assertThatIllegalArgumentException().isThrownBy(() -> DeviceCertificate.of(shorter));
    }
    byte[] longer = Arrays.copyOf(der, der.length + 1);
    assertThatIllegalArgumentException().isThrownBy(() -> DeviceCertificate.of(longer));
  }

  @Test
  void authority_isNoDeviceAndADeviceNoAuthority() {
    byte[] device = CLASSIC.issue(TERMS, KEY).toByteArray();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DeviceCertificate.of(CLASSIC.certificate().toByteArray()));
    assertThatIllegalArgumentException().isThrownBy(() -> AuthorityCertificate.of(device));
  }

  @ParameterizedTest
  @CsvSource({"'',p", "d,''", "'a\tb',p"})
  void impossibleText_isRefused(String subject, String population) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new CertificateTerms(subject, population, BigInteger.ONE, YEAR));
  }

  @Test
  void impossibleTerms_areRefused() {
    String tooLong = "x".repeat(65);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new CertificateTerms(tooLong, "p", BigInteger.ONE, YEAR))
        .withMessage("subject: expected 1 to 64 characters, got 65");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new CertificateTerms("\ud800", "p", BigInteger.ONE, YEAR));
    for (BigInteger serial : new BigInteger[] {BigInteger.ZERO, BigInteger.TWO.pow(159)}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new CertificateTerms("d", "p", serial, YEAR));
    }
    assertThatIllegalArgumentException().isThrownBy(() -> new Validity(START, START));
    assertThatIllegalArgumentException().isThrownBy(() -> new Validity(START.plusNanos(1), END));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Validity(Instant.EPOCH.minusSeconds(1), END));
  }

  @Test
  void termsThatOutlastTheAuthority_areRefused() {
    Validity longer = new Validity(START, END.plus(Duration.ofSeconds(1)));
    CertificateTerms terms = new CertificateTerms("d", "p", BigInteger.ONE, longer);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CLASSIC.issue(terms, KEY))
        .withMessageContaining("expected within");
  }

  @Test
  void randomSerials_arePositiveAndDiffer() {
    BigInteger serial = CertificateTerms.randomSerial(RANDOM);
    assertThat(serial).isPositive().isNotEqualTo(CertificateTerms.randomSerial(RANDOM));
  }

  private static MlDsaKeyPair mlDsaKey() {
    return new MlDsaKeyPair(SecretBytes.random(MlDsaKeyPair.SEED_LENGTH_BYTES, RANDOM));
  }

  private static boolean holds(byte[] der, CertificateAuthority by, CipherSuite required) {
    try {
      return DeviceCertificate.of(der).refusal(by.certificate(), required, DURING).isEmpty();
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static Optional<CertificateRefusal> refusal(DeviceCertificate certificate, Instant now) {
    return certificate.refusal(CLASSIC.certificate(), CipherSuite.CLASSIC, now);
  }
}
