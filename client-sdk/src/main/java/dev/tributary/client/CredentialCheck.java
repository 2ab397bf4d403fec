package dev.tributary.client;

import dev.tributary.aggregation.protocol.OpaqueBytes;
import dev.tributary.aggregation.protocol.PopulationName;
import dev.tributary.aggregation.protocol.access.Credentials;
import dev.tributary.aggregation.secagg.CertifiedAuthority;
import dev.tributary.security.agreement.CipherSuite;
import dev.tributary.security.identity.DevicePublicKey;
import dev.tributary.security.identity.certificate.AuthorityKeys;
import dev.tributary.security.identity.certificate.DeviceCertificate;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a device checks of the credentials that it is given when it enrols. The first authority is
 * taken on trust, with the coordinator's TLS certificate and the enrolment token behind it, and is
 * pinned from then on: whoever takes the coordinator over later cannot bring one that vouches for
 * devices of its own invention. Pure.
 */
final class CredentialCheck {

  static final String OTHER_AUTHORITY = "authority-changed";
  static final String BAD_CREDENTIALS = "bad-credentials";

  private final DevicePublicKey device;
  private final PopulationName population;
  private final Optional<Credentials> pinned;

  CredentialCheck(DevicePublicKey device, PopulationName population, Optional<Credentials> pinned) {
    this.device = device;
    this.population = population;
    this.pinned = pinned;
  }

  record Refusal(String code, String detail) {}

  /** Why the device does not take these; empty when it does. */
  Optional<Refusal> refusal(Credentials given) {
    if (pinned.isPresent() && !isOf(pinned.get(), given)) {
      return Optional.of(
          new Refusal(
              OTHER_AUTHORITY,
              "the coordinator names another authority than the one that this device has trusted"
                  + " since it was enrolled: if that is meant, delete the device's state directory"
                  + " to make it a new device"));
    }
    try {
      AuthorityKeys authority = CertifiedAuthority.keys(given);
      return Stream.concat(Stream.of(given.certificate()), given.classicCertificate().stream())
          .flatMap(certificate -> wrong(authority, certificate).stream())
          .findFirst();
    } catch (IllegalArgumentException malformed) {
      return bad(String.valueOf(malformed.getMessage()));
    }
  }

  private static boolean isOf(Credentials known, Credentials given) {
    return known.authorityKey().equals(given.authorityKey())
        && known.authorityPqKey().equals(given.authorityPqKey());
  }

  /** But for the time: a device whose clock is wrong can still take part in rounds without keys. */
  private Optional<Refusal> wrong(AuthorityKeys authority, OpaqueBytes encoded) {
    var certificate = DeviceCertificate.of(encoded.toByteArray());
    if (!certificate.publicKey().equals(device)) {
      return bad("the certificate is of another key than this device's");
    }
    if (!certificate.population().equals(population.text())) {
      return bad(
          "the certificate is for population "
              + certificate.population()
              + ", this device is of "
              + population);
    }
    return certificate
        .refusal(authority, CipherSuite.CLASSIC, certificate.terms().validity().notBefore())
        .flatMap(why -> bad("the certificate is not the authority's: " + why));
  }

  private static Optional<Refusal> bad(String detail) {
    return Optional.of(new Refusal(BAD_CREDENTIALS, detail));
  }
}
