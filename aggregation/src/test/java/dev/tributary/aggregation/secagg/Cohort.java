package dev.tributary.aggregation.secagg;

import dev.tributary.aggregation.mask.graph.Adversary;
import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.OpaqueBytes;
import dev.tributary.aggregation.protocol.secagg.SecureAggregationParameters;
import dev.tributary.aggregation.secagg.device.DeviceFloors;
import dev.tributary.aggregation.secagg.device.SessionDevice;
import dev.tributary.security.agreement.CipherSuite;
import dev.tributary.security.identity.DeviceKeyPair;
import dev.tributary.security.identity.DevicePublicKey;
import dev.tributary.security.identity.DeviceSignature;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Devices with certificates of one authority, for the tests of the protocol. */
final class Cohort {

  final SecureRandom random = new SecureRandom();
  final DeviceKeyPair authorityKeys = DeviceKeyPair.generate(random);
  final Map<OpaqueBytes, DevicePublicKey> certified = new HashMap<>();
  final Known<DeviceId, SessionDevice> devices = new Known<>();
  final Authority authority =
      new Authority() {
        @Override
        public DevicePublicKey rosterKey() {
          return authorityKeys.publicKey();
        }

        @Override
        public Optional<DevicePublicKey> certifiedKey(OpaqueBytes certificate) {
          return Optional.ofNullable(certified.get(certificate));
        }
      };

  Cohort(int size) {
    this(size, DeviceFloors.standard());
  }

  Cohort(int size, DeviceFloors floors) {
    for (int i = 0; i < size; i++) {
      DeviceKeyPair keys = DeviceKeyPair.generate(random);
      devices.put(
          DeviceId.of(keys.publicKey()),
          new SessionDevice(keys, certificate(keys.publicKey()), authority, floors));
    }
  }

  /** A device that trusts its coordinator to tell all devices of the same survivors. */
  static DeviceFloors trusting() {
    return new DeviceFloors(2, Adversary.SEMI_HONEST, 0, 20);
  }

  OpaqueBytes certificate(DevicePublicKey key) {
    OpaqueBytes certificate =
        OpaqueBytes.of(("certificate of " + key).getBytes(StandardCharsets.UTF_8));
    certified.put(certificate, key);
    return certificate;
  }

  DeviceSignature signRoster(byte[] bytes) {
    return authorityKeys.sign(bytes);
  }

  static SessionTerms terms(
      CipherSuite suite, int minimumSurvivors, int dropoutPerMyriad, boolean confirmation) {
    return terms(suite, minimumSurvivors, dropoutPerMyriad, confirmation, (byte) 7);
  }

  static SessionTerms terms(
      CipherSuite suite,
      int minimumSurvivors,
      int dropoutPerMyriad,
      boolean confirmation,
      byte manifest) {
    byte[] digest = new byte[32];
    digest[0] = manifest;
    return new SessionTerms(
        SessionId.ofManifestDigest(digest),
        new SecureAggregationParameters(
            suite,
            Adversary.ACTIVE,
            500,
            dropoutPerMyriad,
            40,
            30,
            minimumSurvivors,
            confirmation,
            0,
            1));
  }
}
