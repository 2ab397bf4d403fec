package dev.tributary.aggregation.secagg;

import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.OpaqueBytes;
import dev.tributary.aggregation.protocol.PopulationName;
import dev.tributary.aggregation.protocol.access.Credentials;
import dev.tributary.security.agreement.CipherSuite;
import dev.tributary.security.identity.DevicePublicKey;
import dev.tributary.security.identity.certificate.AuthorityKeys;
import dev.tributary.security.identity.certificate.CertificateRefusal;
import dev.tributary.security.identity.certificate.DeviceCertificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * An authority known by its keys, as it stands at one instant: it vouches for the devices of one
 * population whose certificates hold then. Both ends use it: the coordinator with its own keys, a
 * device with those that it pinned when it was enrolled. Immutable.
 *
 * <p>A certificate also holds shortly before and after its time, by {@link #CLOCK_SKEW}: clocks of
 * devices are wrong, and a round must not split over it.
 */
public final class CertifiedAuthority implements Authority {

  /** How wrong a clock may be. */
  public static final Duration CLOCK_SKEW = Duration.ofHours(24);

  private final AuthorityKeys keys;
  private final PopulationName population;
  private final CipherSuite suite;
  private final Instant now;

  private CertifiedAuthority(
      AuthorityKeys keys, PopulationName population, CipherSuite suite, Instant now) {
    if (suite == CipherSuite.HYBRID && keys.suite() != CipherSuite.HYBRID) {
      throw new IllegalArgumentException(
          "keys of the authority: expected an ML-DSA-65 key among them in suite HYBRID");
    }
    this.keys = keys;
    this.population = population;
    this.suite = suite;
    this.now = now;
  }

  /**
   * The authority with these keys.
   *
   * @param population whose devices it vouches for; a certificate of another one is refused
   * @param suite of the session: in {@code HYBRID} certificates have an ML-DSA-65 signature
   * @throws IllegalArgumentException when the suite asks for a key that it does not have
   */
  public static CertifiedAuthority at(
      AuthorityKeys keys, PopulationName population, CipherSuite suite, Instant now) {
    return new CertifiedAuthority(keys, population, suite, now);
  }

  /**
   * The authority that a device was given when it was enrolled.
   *
   * @throws IllegalArgumentException when its keys are none, or the suite asks for one more
   */
  public static CertifiedAuthority of(
      Credentials credentials, PopulationName population, CipherSuite suite, Instant now) {
    return at(keys(credentials), population, suite, now);
  }

  /**
   * The keys of the authority in credentials.
   *
   * @throws IllegalArgumentException when they are none
   */
  public static AuthorityKeys keys(Credentials credentials) {
    return AuthorityKeys.of(
        credentials.authorityKey().toByteArray(),
        credentials.authorityPqKey().map(OpaqueBytes::toByteArray));
  }

  @Override
  public DevicePublicKey rosterKey() {
    return keys.key();
  }

  @Override
  public Optional<DevicePublicKey> certifiedKey(OpaqueBytes certificate) {
    DeviceCertificate parsed;
    try {
      parsed = DeviceCertificate.of(certificate.toByteArray());
    } catch (IllegalArgumentException notACertificate) {
      return Optional.empty();
    }
    boolean holds =
        parsed.population().equals(population.text())
            && parsed.subject().equals(DeviceId.of(parsed.publicKey()).text())
            && refusal(parsed).isEmpty();
    return holds ? Optional.of(parsed.publicKey()) : Optional.empty();
  }

  private Optional<CertificateRefusal> refusal(DeviceCertificate certificate) {
    return certificate.refusal(keys, suite, now).flatMap(refusal -> forgiven(certificate, refusal));
  }

  private Optional<CertificateRefusal> forgiven(
      DeviceCertificate certificate, CertificateRefusal refusal) {
    return switch (refusal) {
      case NOT_YET_VALID -> certificate.refusal(keys, suite, now.plus(CLOCK_SKEW));
      case EXPIRED -> certificate.refusal(keys, suite, now.minus(CLOCK_SKEW));
      case WRONG_ISSUER,
          WRONG_AUTHORITY_KEY,
          TAMPERED,
          ALTERNATIVE_SIGNATURE_MISSING,
          ALTERNATIVE_SIGNATURE_INVALID ->
          Optional.of(refusal);
    };
  }
}
