package dev.tributary.coordinator.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.aggregation.protocol.PopulationName;
import dev.tributary.aggregation.protocol.access.Credentials;
import dev.tributary.security.agreement.CipherSuite;
import dev.tributary.security.identity.DeviceKeyPair;
import dev.tributary.security.identity.certificate.DeviceCertificate;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeviceAuthorityTest {
  private static final Instant AT = Instant.parse("2026-11-23T12:00:00Z");
  private static final PopulationName POPULATION = new PopulationName("pens");

  @Test
  void device_thatEnrolsAfterTheClockWasSetBack_isCertifiedFromTheAuthoritysFirstDayOn(
      @TempDir Path folder) throws IOException {
    var random = new SecureRandom();
    var key = DeviceKeyPair.generate(random).publicKey();
    try (var authority = DeviceAuthority.open(folder, random, AT)) {
      var before = authority.credentials(key, POPULATION, AT.minus(Duration.ofDays(3)));

      assertThat(before).isEqualTo(authority.credentials(key, POPULATION, AT));
    }
  }

  @Test
  void device_isGivenAShorterCertificateForClassicSessions_withASerialOfItsOwn(@TempDir Path folder)
      throws IOException {
    var random = new SecureRandom();
    var key = DeviceKeyPair.generate(random).publicKey();
    try (var authority = DeviceAuthority.open(folder, random, AT)) {
      Credentials given = authority.credentials(key, POPULATION, AT);

      assertThat(given.certificateFor(CipherSuite.HYBRID)).isEqualTo(given.certificate());
      DeviceCertificate full = certificateFor(CipherSuite.HYBRID, given);
      DeviceCertificate classic = certificateFor(CipherSuite.CLASSIC, given);
      assertThat(classic.publicKey()).isEqualTo(key);
      assertThat(classic.subject()).isEqualTo(full.subject());
      assertThat(classic.population()).isEqualTo(full.population());
      assertThat(classic.terms().validity()).isEqualTo(full.terms().validity());
      assertThat(classic.serial()).isNotEqualTo(full.serial());
      assertThat(classic.toByteArray()).hasSizeLessThan(500);
    }
  }

  private static DeviceCertificate certificateFor(CipherSuite suite, Credentials given) {
    return DeviceCertificate.of(given.certificateFor(suite).toByteArray());
  }
}
