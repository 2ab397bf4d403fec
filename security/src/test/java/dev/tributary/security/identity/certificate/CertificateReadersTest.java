package dev.tributary.security.identity.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tributary.security.agreement.CipherSuite;
import dev.tributary.security.identity.DeviceKeyPair;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.CertPath;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Others read our certificates: the JDK, and OpenSSL where it is installed. */
class CertificateReadersTest {

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Instant NOW = Instant.parse("2026-07-01T12:34:56Z");
  private static final Validity YEARS =
      new Validity(Instant.parse("2020-01-01T00:00:00Z"), Instant.parse("2060-01-01T00:00:00Z"));

  @TempDir Path folder;

  private static CertificateAuthority authority(CipherSuite suite) {
    return CertificateAuthority.generate(suite, "fleet", YEARS, RANDOM);
  }

  private static DeviceCertificate issue(CertificateAuthority authority) {
    return authority.issue(
        new CertificateTerms("device-7", "phones", BigInteger.valueOf(4711), YEARS),
        DeviceKeyPair.generate(RANDOM).publicKey());
  }

  @ParameterizedTest
  @EnumSource
  void theJdk_readsAndVerifiesThem(CipherSuite suite) throws GeneralSecurityException {
    CertificateAuthority authority = authority(suite);
    DeviceCertificate issued = issue(authority);
    X509Certificate root = parsed(authority.certificate().toByteArray());
    X509Certificate device = parsed(issued.toPem());

    device.verify(root.getPublicKey());
    device.checkValidity(Date.from(NOW));
    assertThat(device.getVersion()).isEqualTo(3);
    assertThat(device.getSerialNumber()).isEqualTo(4711);
    assertThat(device.getSubjectX500Principal().getName()).isEqualTo("CN=device-7,OU=phones");
    assertThat(device.getIssuerX500Principal()).isEqualTo(root.getSubjectX500Principal());
    assertThat(device.getNotAfter().toInstant()).isEqualTo(YEARS.notAfter());
    assertThat(device.getBasicConstraints()).isEqualTo(-1);
    assertThat(root.getBasicConstraints()).isZero();
    byte[] key = device.getPublicKey().getEncoded();
    assertThat(Arrays.copyOfRange(key, key.length - 32, key.length))
        .isEqualTo(issued.publicKey().toByteArray());
    assertThat(device.getExtensionValue("2.5.29.74") != null)
        .isEqualTo(suite == CipherSuite.HYBRID);
    assertThat(root.getExtensionValue("2.5.29.72") != null).isEqualTo(suite == CipherSuite.HYBRID);
  }

  @ParameterizedTest
  @EnumSource
  void theJdk_findsTheirPathValid(CipherSuite suite) throws GeneralSecurityException {
    CertificateAuthority authority = authority(suite);
    X509Certificate root = parsed(authority.certificate().toByteArray());
    CertPath path =
        CertificateFactory.getInstance("X.509")
            .generateCertPath(List.of(parsed(issue(authority).toByteArray())));
    PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(root, null)));
    parameters.setRevocationEnabled(false);
    parameters.setDate(Date.from(NOW));
    assertThat(CertPathValidator.getInstance("PKIX").validate(path, parameters)).isNotNull();
  }

  @ParameterizedTest
  @EnumSource
  void openSsl_findsTheirPathValid(CipherSuite suite) throws Exception {
    assumeTrue(isInstalled("openssl"), "openssl is not installed");
    CertificateAuthority authority = authority(suite);
    Path root = folder.resolve("root.pem");
    Path device = folder.resolve("device.pem");
    Files.write(root, authority.certificate().toPem());
    Files.write(device, issue(authority).toPem());

    assertThat(run("openssl", "x509", "-in", device.toString(), "-noout", "-subject", "-serial"))
        .contains("OU = phones, CN = device-7", "serial=1267");
    assertThat(
            run("openssl", "verify", "-x509_strict", "-CAfile", root.toString(), device.toString()))
        .contains("device.pem: OK");
  }

  private static X509Certificate parsed(byte[] encoded) throws GeneralSecurityException {
    return (X509Certificate)
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(encoded));
  }

  private static boolean isInstalled(String program) {
    return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(":", -1))
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
  }

  private static String run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return output;
  }
}
