package dev.tributary.aggregation.secagg;

import dev.tributary.aggregation.protocol.OpaqueBytes;
import dev.tributary.aggregation.protocol.PopulationName;
import dev.tributary.aggregation.protocol.access.Credentials;
import dev.tributary.security.agreement.CipherSuite;
import dev.tributary.security.identity.DevicePublicKey;
import dev.tributary.security.identity.DeviceSignature;
import dev.tributary.security.identity.certificate.AuthorityKeys;
import dev.tributary.security.identity.certificate.Validity;
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
    return VerifiedCertificates.SHARED
        .verify(keys, suite, certificate)
        .filter(verified -> verified.population().equals(population.text()))
        .filter(verified -> holds(verified.validity()))
        .map(VerifiedCertificates.Verified::key);
  }

  @Override
  public boolean verifies(DevicePublicKey key, byte[] message, DeviceSignature signature) {
    return VerifiedSignatures.SHARED.verify(key, message, signature);
  }

  private boolean holds(Validity validity) {
    return !now.plus(CLOCK_SKEW).isBefore(validity.notBefore())
        && !now.minus(CLOCK_SKEW).isAfter(validity.notAfter());
  }
}
