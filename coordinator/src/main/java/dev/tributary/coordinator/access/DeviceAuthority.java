package dev.tributary.coordinator.access;

import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.OpaqueBytes;
import dev.tributary.aggregation.protocol.PopulationName;
import dev.tributary.aggregation.protocol.access.Credentials;
import dev.tributary.aggregation.secagg.Authority;
import dev.tributary.aggregation.secagg.CertifiedAuthority;
import dev.tributary.security.Sha256;
import dev.tributary.security.agreement.CipherSuite;
import dev.tributary.security.identity.DevicePublicKey;
import dev.tributary.security.identity.DeviceSignature;
import dev.tributary.security.identity.certificate.AuthorityKeys;
import dev.tributary.security.identity.certificate.CertificateAuthority;
import dev.tributary.security.identity.certificate.CertificateTerms;
import dev.tributary.security.identity.certificate.DeviceCertificate;
import dev.tributary.security.identity.certificate.Validity;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;

/**
 * The coordinator as the authority that vouches for its devices: certifies those that enrol, and
 * signs the rosters of secure aggregation. Its key is a file of the state folder, made at the first
 * start; who copies it can invent devices. Any thread.
 *
 * <p>It keeps no list. A certificate follows from the device's key, its population and the day, so
 * that enrolling again on the same day gives the same answer, and later a fresh one.
 */
public final class DeviceAuthority implements AutoCloseable {

  /** In the state folder. */
  public static final String FILE_NAME = "authority.pem";

  /** A device enrols again, with the token it came with, before its certificate ends. */
  static final Duration CERTIFICATE_LIFE = Duration.ofDays(5 * 365);

  private static final String NAME = "Tributary coordinator";
  private static final Duration LIFE = Duration.ofDays(50 * 365);
  private static final int SERIAL_BYTES = 16;

  /** What serials differ by. No population begins like the second, so no two texts are the same. */
  private static final String ALL_SIGNATURES = "";

  private static final String CLASSIC_KIND = "!classic!";

  private final CertificateAuthority authority;

  private DeviceAuthority(CertificateAuthority authority) {
    this.authority = authority;
  }

  /**
   * Reads the authority of a state folder, or makes one. Blocks.
   *
   * @throws IOException when the file cannot be read or written, or others have access to it
   */
  public static DeviceAuthority open(Path folder, SecureRandom random, Instant now)
      throws IOException {
    Path file = folder.resolve(FILE_NAME);
    if (Files.exists(file)) {
      return new DeviceAuthority(CertificateAuthority.load(file));
    }
    Instant from = now.truncatedTo(ChronoUnit.DAYS).minus(CertifiedAuthority.CLOCK_SKEW);
    CertificateAuthority fresh =
        CertificateAuthority.generate(
            CipherSuite.HYBRID, NAME, new Validity(from, from.plus(LIFE)), random);
    fresh.save(file);
    return new DeviceAuthority(fresh);
  }

  /**
   * What a device needs for secure aggregation. Takes about a millisecond. No certificate begins
   * before that of the authority, also when the clock was set back beyond it.
   *
   * @param key whose private half the device has proved to hold
   */
  Credentials credentials(DevicePublicKey key, PopulationName population, Instant now) {
    Instant day = now.truncatedTo(ChronoUnit.DAYS).minus(CertifiedAuthority.CLOCK_SKEW);
    Instant first = authority.certificate().validity().notBefore();
    Instant from = day.isBefore(first) ? first : day;
    Instant last = authority.certificate().validity().notAfter();
    Instant end = from.plus(CERTIFICATE_LIFE);
    var validity = new Validity(from, end.isAfter(last) ? last : end);
    AuthorityKeys keys = authority.certificate().keys();
    return new Credentials(
        encoded(authority.issue(terms(key, population, validity, ALL_SIGNATURES), key)),
        OpaqueBytes.of(keys.key().toByteArray()),
        keys.alternativeKeyBytes().map(OpaqueBytes::of),
        keys.alternativeKeyBytes()
            .map(
                second ->
                    encoded(
                        authority.issueClassic(
                            terms(key, population, validity, CLASSIC_KIND), key))));
  }

  private static OpaqueBytes encoded(DeviceCertificate certificate) {
    return OpaqueBytes.of(certificate.toByteArray());
  }

  private static CertificateTerms terms(
      DevicePublicKey key, PopulationName population, Validity validity, String kind) {
    return new CertificateTerms(
        DeviceId.of(key).text(),
        population.text(),
        serial(key, population, validity.notBefore(), kind),
        validity);
  }

  /** Whom it vouches for now. */
  public Authority vouchingFor(PopulationName population, CipherSuite suite, Instant now) {
    return CertifiedAuthority.at(authority.certificate().keys(), population, suite, now);
  }

  /** Signs a roster. */
  public DeviceSignature sign(byte[] roster) {
    return authority.sign(roster);
  }

  /** 127 bits that two different certificates share by accident only. */
  private static BigInteger serial(
      DevicePublicKey key, PopulationName population, Instant from, String kind) {
    MessageDigest digest = Sha256.start();
    digest.update(key.toByteArray());
    digest.update((from + kind).getBytes(StandardCharsets.US_ASCII));
    byte[] hash = digest.digest(population.text().getBytes(StandardCharsets.US_ASCII));
    return new BigInteger(1, Arrays.copyOf(hash, SERIAL_BYTES)).clearBit(127).max(BigInteger.ONE);
  }

  @Override
  public void close() {
    authority.destroy();
  }
}
