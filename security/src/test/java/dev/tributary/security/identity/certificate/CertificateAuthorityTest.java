package dev.tributary.security.identity.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.tributary.security.agreement.CipherSuite;
import dev.tributary.security.identity.DeviceKeyPair;
import dev.tributary.security.identity.DevicePublicKey;
import dev.tributary.security.secret.OwnerOnlyFile;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CertificateAuthorityTest {

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Instant NOW = Instant.parse("2026-07-01T12:34:56Z");
  private static final Validity YEAR =
      new Validity(Instant.parse("2026-01-01T00:00:00Z"), Instant.parse("2027-01-01T00:00:00Z"));
  private static final CertificateTerms TERMS =
      new CertificateTerms("device", "phones", BigInteger.TEN, YEAR);

  @TempDir Path folder;

  private final DevicePublicKey key = DeviceKeyPair.generate(RANDOM).publicKey();

  @ParameterizedTest
  @EnumSource
  void saved_isLoadedAsTheSameAuthority(CipherSuite suite) throws IOException {
    CertificateAuthority authority = generate(suite);
    Path file = folder.resolve("authority.pem");
    authority.save(file);
    CertificateAuthority loaded = CertificateAuthority.load(file);

    assertThat(loaded.certificate()).isEqualTo(authority.certificate());
    // both signatures are deterministic
    assertThat(loaded.issue(TERMS, key)).isEqualTo(authority.issue(TERMS, key));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @ParameterizedTest
  @EnumSource
  void certificate_survivesItsEncodings(CipherSuite suite) {
    AuthorityCertificate certificate = generate(suite).certificate();
    AuthorityCertificate read = AuthorityCertificate.of(certificate.toByteArray());
    assertThat(read).isEqualTo(certificate).hasSameHashCodeAs(certificate);
    assertThat(AuthorityCertificate.ofPem(certificate.toPem())).isEqualTo(certificate);
    assertThat(read.name()).isEqualTo("the fleet");
    assertThat(read.suite()).isEqualTo(suite);
    assertThat(read.validity()).isEqualTo(YEAR);
    assertThat(read.fingerprint()).hasSize(32);
  }

  /** Some bits; most are those of the long key and signature. */
  @ParameterizedTest
  @EnumSource
  void flippedBitOfItsCertificate_isRefused(CipherSuite suite) {
    byte[] der = generate(suite).certificate().toByteArray();
    for (int i = 0; i < der.length; i += i < 400 ? 1 : 13) {
      byte[] changed = der.clone();
      changed[i] ^= (byte) (1 << i % 8);
      assertThatIllegalArgumentException()
          .as("byte %d", i)
          .isThrownBy(() -> AuthorityCertificate.of(changed));
    }
  }

  @Test
  void keysOfAnotherAuthority_areRefused() throws IOException {
    String one = saved(CipherSuite.CLASSIC);
    String other = saved(CipherSuite.CLASSIC);
    int keyOfOne = one.indexOf("-----BEGIN PRIVATE");
    int keyOfOther = other.indexOf("-----BEGIN PRIVATE");
    assertRefused(one.substring(0, keyOfOne) + other.substring(keyOfOther), "private keys");
  }

  @Test
  void missingKey_isRefused() throws IOException {
    String hybrid = saved(CipherSuite.HYBRID);
    assertRefused(
        hybrid.substring(0, hybrid.lastIndexOf("-----BEGIN PRIVATE")), "expected 2 private keys");
    String classic = saved(CipherSuite.CLASSIC);
    assertRefused(
        classic.substring(0, classic.indexOf("-----BEGIN PRIVATE")), "expected 1 private keys");
  }

  @Test
  void keysInTheWrongOrder_areRefused() throws IOException {
    String hybrid = saved(CipherSuite.HYBRID);
    int first = hybrid.indexOf("-----BEGIN PRIVATE");
    int second = hybrid.lastIndexOf("-----BEGIN PRIVATE");
    assertRefused(
        hybrid.substring(0, first) + hybrid.substring(second) + hybrid.substring(first, second),
        "private key of algorithm");
  }

  @Test
  void fileWithoutACertificate_isRefused() throws IOException {
    assertRefused("", "CERTIFICATE");
    assertRefused("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "X.509");
    assertRefused("-----BEGIN CERTIFICATE-----\nAAAA", "end mark");
  }

  @Test
  void destroyed_issuesNoMore() {
    CertificateAuthority authority = generate(CipherSuite.HYBRID);
    authority.destroy();
    assertThatIllegalStateException().isThrownBy(() -> authority.issue(TERMS, key));
    assertThatIllegalStateException().isThrownBy(() -> authority.save(folder.resolve("never.pem")));
  }

  @Test
  void impossibleName_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CertificateAuthority.generate(CipherSuite.CLASSIC, "", YEAR, RANDOM))
        .withMessageContaining("name of an authority");
  }

  @Test
  void text_showsNoKey() throws IOException {
    CertificateAuthority authority = generate(CipherSuite.CLASSIC);
    assertThat(authority.toString()).contains("the fleet", "redacted");
  }

  @Test
  void issuedByALoadedAuthority_holdsForTheCertificateThatWasGivenOut() throws IOException {
    CertificateAuthority authority = generate(CipherSuite.HYBRID);
    Path file = folder.resolve("authority.pem");
    authority.save(file);
    AuthorityCertificate given = AuthorityCertificate.ofPem(authority.certificate().toPem());
    assertThat(
            CertificateAuthority.load(file)
                .issue(TERMS, key)
                .refusal(given, CipherSuite.HYBRID, NOW))
        .isEmpty();
  }

  private void assertRefused(String pem, String message) throws IOException {
    Path file = folder.resolve("given.pem");
    OwnerOnlyFile.replace(file, pem.getBytes(StandardCharsets.US_ASCII));
    assertThatIOException()
        .isThrownBy(() -> CertificateAuthority.load(file))
        .withMessageContaining(file.toString())
        .withMessageContaining(message);
  }

  private String saved(CipherSuite suite) throws IOException {
    Path file = folder.resolve("saved.pem");
    generate(suite).save(file);
    return Files.readString(file, StandardCharsets.US_ASCII);
  }

  private static CertificateAuthority generate(CipherSuite suite) {
    return CertificateAuthority.generate(suite, "the fleet", YEAR, RANDOM);
  }
}
