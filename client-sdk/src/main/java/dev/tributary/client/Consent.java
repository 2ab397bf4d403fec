package dev.tributary.client;

import dev.tributary.aggregation.mask.ProtocolKind;
import dev.tributary.aggregation.protocol.access.Credentials;
import dev.tributary.aggregation.protocol.round.DeviceFailure;
import dev.tributary.aggregation.protocol.round.RoundManifest;
import dev.tributary.aggregation.secagg.SessionTerms;
import dev.tributary.client.round.KeyExchangeDriver;
import dev.tributary.client.round.SessionKeeper;
import dev.tributary.client.session.ContentDigest;
import dev.tributary.client.session.DeviceEvent.DeviceFailed;
import dev.tributary.security.agreement.CipherSuite;
import java.util.Optional;

/**
 * Whether this device takes part on the terms of a manifest: what it must refuse whatever its
 * owner's policies say, then those. Used by one thread at a time.
 */
final class Consent {

  private final Surroundings surroundings;
  private final SessionKeeper keeper;
  private final KeyExchangeDriver keys;

  Consent(Surroundings surroundings, SessionKeeper keeper, KeyExchangeDriver keys) {
    this.surroundings = surroundings;
    this.keeper = keeper;
    this.keys = keys;
  }

  /** Why not; empty when it does. */
  Optional<DeviceFailed> refusal(RoundManifest terms) {
    return changed(terms)
        .or(() -> wrongPopulation(terms))
        .or(() -> wrongProtocol(terms))
        .or(() -> tooLarge(terms))
        .or(
            () ->
                surroundings
                    .privacy()
                    .refusal(terms, keeper.current().history(), surroundings.clock().now())
                    .map(why -> new DeviceFailed(DeviceFailure.REFUSED_BY_POLICY, why)))
        .or(this::ineligible);
  }

  /** Whether the device may not spend power and network now. */
  Optional<DeviceFailed> ineligible() {
    return surroundings
        .ineligibility()
        .map(why -> new DeviceFailed(DeviceFailure.NOT_ELIGIBLE_ANY_MORE, why));
  }

  /** A device that died with keys reads the terms again: they must be those of the keys. */
  private Optional<DeviceFailed> changed(RoundManifest terms) {
    return keys.termsOfKeys(terms.roundId())
        .filter(agreed -> !agreed.equals(ContentDigest.ofBytes(terms.digest())))
        .flatMap(
            agreed ->
                refused(
                    "the manifest of round "
                        + terms.roundId()
                        + " is not the one that was agreed to"));
  }

  private Optional<DeviceFailed> wrongPopulation(RoundManifest terms) {
    return terms.population().equals(keeper.current().population())
        ? Optional.empty()
        : refused(
            "the round is of population "
                + terms.population()
                + ", this device of "
                + keeper.current().population());
  }

  private Optional<DeviceFailed> wrongProtocol(RoundManifest terms) {
    if (terms.protocol() == ProtocolKind.PLAIN) {
      return surroundings.plainAllowed()
          ? Optional.empty()
          : refused(
              "the round is of protocol "
                  + terms.protocol()
                  + ", in which the coordinator sees each update; this device takes part in "
                  + ProtocolKind.SECAGG_PLUS
                  + " only");
    }
    var manifest = ContentDigest.ofBytes(terms.digest());
    if (keeper.current().sessions().contains(manifest)
        && keys.termsOfKeys(terms.roundId()).isEmpty()) {
      return refused("this device has made keys for the round before, and makes them once");
    }
    return uncertified(SessionTerms.of(terms).suite());
  }

  private Optional<DeviceFailed> uncertified(CipherSuite suite) {
    Optional<Credentials> credentials = keeper.current().credentials();
    if (credentials.isPresent()
        && suite == CipherSuite.HYBRID
        && credentials.get().authorityPqKey().isEmpty()) {
      return refused(
          "the round is of suite "
              + suite
              + ", but the authority of this device has no ML-DSA-65 key");
    }
    if (credentials.isPresent() && isCertified(credentials.get(), suite)) {
      return Optional.empty();
    }
    if (surroundings.enrolmentToken().isPresent()) {
      // The next check-in enrols again, which brings a certificate.
      keeper.notEnrolled();
    }
    return refused(
        credentials.isPresent()
            ? "the certificate of this device does not hold now: it has to enrol again"
            : "this device has no certificate, which the round asks for: it has to enrol again");
  }

  private boolean isCertified(Credentials credentials, CipherSuite suite) {
    return keeper
        .authority(suite, surroundings.clock().now())
        .certifiedKey(credentials.certificateFor(suite))
        .isPresent();
  }

  private Optional<DeviceFailed> tooLarge(RoundManifest terms) {
    long most = surroundings.maximumModelBytes();
    return terms.modelBytes() <= most && terms.uploadBytes() <= most
        ? Optional.empty()
        : Optional.of(
            new DeviceFailed(
                DeviceFailure.OUT_OF_RESOURCES,
                "the model has "
                    + terms.modelBytes()
                    + " bytes and its update "
                    + terms.uploadBytes()
                    + "; this device takes at most "
                    + most));
  }

  private static Optional<DeviceFailed> refused(String why) {
    return Optional.of(new DeviceFailed(DeviceFailure.REFUSED_BY_POLICY, why));
  }
}
