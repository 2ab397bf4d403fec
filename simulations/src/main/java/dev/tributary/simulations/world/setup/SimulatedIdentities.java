package dev.tributary.simulations.world.setup;

import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.OpaqueBytes;
import dev.tributary.aggregation.secagg.Authority;
import dev.tributary.aggregation.secagg.CertifiedAuthority;
import dev.tributary.aggregation.secagg.device.SessionDevice;
import dev.tributary.client.policy.PrivacyPolicy;
import dev.tributary.security.agreement.CipherSuite;
import dev.tributary.security.identity.DeviceKeyPair;
import dev.tributary.security.identity.DeviceSignature;
import dev.tributary.security.identity.certificate.CertificateAuthority;
import dev.tributary.security.identity.certificate.CertificateTerms;
import dev.tributary.security.identity.certificate.Validity;
import dev.tributary.simulations.data.InsecureSeededRandom;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keys and certificates of simulated devices, all from the scenario's seed, made when a device is
 * first chosen. Devices take any terms, as the SDK's do in simulations. Safe for any thread.
 */
public final class SimulatedIdentities {

  private static final Instant NOW = Instant.EPOCH;
  private static final Validity VALIDITY = new Validity(NOW, NOW.plus(Duration.ofDays(365)));

  private final long seed;
  private final CertificateAuthority authority;
  private final Authority checking;
  private final Map<Integer, SessionDevice> devices = new ConcurrentHashMap<>();

  public SimulatedIdentities(CipherSuite suite, long seed) {
    this.seed = seed;
    this.authority =
        CertificateAuthority.generate(
            suite, "simulation", VALIDITY, InsecureSeededRandom.of(seed, "authority", 0));
    this.checking =
        CertifiedAuthority.at(authority.certificate().keys(), Setup.POPULATION, suite, NOW);
  }

  /** The identity of a device. */
  public SessionDevice of(int device) {
    return devices.computeIfAbsent(device, this::enrol);
  }

  private SessionDevice enrol(int device) {
    SecureRandom random = InsecureSeededRandom.of(seed, "identity", device);
    DeviceKeyPair keys = DeviceKeyPair.generate(random);
    var terms =
        new CertificateTerms(
            DeviceId.of(keys.publicKey()).text(),
            Setup.POPULATION.text(),
            CertificateTerms.randomSerial(random),
            VALIDITY);
    return new SessionDevice(
        keys,
        OpaqueBytes.of(authority.issue(terms, keys.publicKey()).toByteArray()),
        checking,
        PrivacyPolicy.unchecked().floors());
  }

  /** The name of a device. */
  public DeviceId idOf(int device) {
    return DeviceId.of(of(device).keys().publicKey());
  }

  /** Whom all of them trust. */
  public Authority authority() {
    return checking;
  }

  /** Signs a roster as the authority. */
  public DeviceSignature sign(byte[] roster) {
    return authority.sign(roster);
  }
}
