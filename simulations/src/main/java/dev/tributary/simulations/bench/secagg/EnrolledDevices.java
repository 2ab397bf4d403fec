package dev.tributary.simulations.bench.secagg;

import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.OpaqueBytes;
import dev.tributary.aggregation.secagg.Authority;
import dev.tributary.aggregation.secagg.CertifiedAuthority;
import dev.tributary.aggregation.secagg.device.DeviceFloors;
import dev.tributary.aggregation.secagg.device.SessionDevice;
import dev.tributary.security.agreement.CipherSuite;
import dev.tributary.security.identity.DeviceKeyPair;
import dev.tributary.security.identity.DevicePublicKey;
import dev.tributary.security.identity.DeviceSignature;
import dev.tributary.security.identity.certificate.CertificateAuthority;
import dev.tributary.security.identity.certificate.CertificateTerms;
import dev.tributary.security.identity.certificate.DeviceCertificate;
import dev.tributary.security.identity.certificate.Validity;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

/** Devices with certificates of one authority, in the order of a roster. */
final class EnrolledDevices {

  private final CertificateAuthority authority;
  private final DeviceFloors floors;
  private final Authority remembering;
  private final CipherSuite suite;
  private final Instant now;
  private final SortedMap<DeviceId, SessionDevice> devices = new TreeMap<>();

  private EnrolledDevices(Size size, SecureRandom random, Instant now) {
    this.suite = size.suite();
    this.now = now;
    this.floors = size.floors();
    this.authority =
        CertificateAuthority.generate(
            suite, "bench", new Validity(now, now.plus(Duration.ofDays(365))), random);
    this.remembering =
        CertifiedAuthority.at(authority.certificate().keys(), Size.POPULATION, suite, now);
  }

  static EnrolledDevices enrol(Size size, Crew crew) throws Exception {
    SecureRandom random = new SecureRandom();
    Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    var enrolled = new EnrolledDevices(size, random, now);
    Callable<SessionDevice> enrolment = () -> enrolled.enrolOne(random, now);
    crew.all(Stream.generate(() -> enrolment).limit(size.devices()).toList())
        .forEach(device -> enrolled.devices.put(DeviceId.of(device.keys().publicKey()), device));
    return enrolled;
  }

  private SessionDevice enrolOne(SecureRandom random, Instant now) {
    DeviceKeyPair keys = DeviceKeyPair.generate(random);
    var terms =
        new CertificateTerms(
            DeviceId.of(keys.publicKey()).text(),
            Size.POPULATION.text(),
            CertificateTerms.randomSerial(random),
            new Validity(now, now.plus(Duration.ofDays(30))));
    OpaqueBytes certificate =
        OpaqueBytes.of(authority.issue(terms, keys.publicKey()).toByteArray());
    return new SessionDevice(keys, certificate, remembering, floors);
  }

  /** All of them, by id. */
  SortedMap<DeviceId, SessionDevice> byId() {
    return devices;
  }

  /**
   * Verifies every certificate that it is shown, as everybody does who has not seen it before. The
   * other devices of the benchmark share what was verified, so that this machine does not do alone
   * what many would.
   */
  Authority strangers() {
    return new Authority() {
      @Override
      public DevicePublicKey rosterKey() {
        return remembering.rosterKey();
      }

      @Override
      public Optional<DevicePublicKey> certifiedKey(OpaqueBytes certificate) {
        DeviceCertificate parsed = DeviceCertificate.of(certificate.toByteArray());
        return parsed.refusal(authority.certificate().keys(), suite, now).isEmpty()
            ? Optional.of(parsed.publicKey())
            : Optional.empty();
      }
    };
  }

  DeviceSignature signRoster(byte[] roster) {
    return authority.sign(roster);
  }
}
