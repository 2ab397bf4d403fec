package dev.tributary.client.round;

import dev.tributary.aggregation.protocol.access.Credentials;
import dev.tributary.aggregation.protocol.round.RoundManifest;
import dev.tributary.aggregation.secagg.SessionTerms;
import dev.tributary.aggregation.secagg.device.SessionDevice;
import dev.tributary.client.policy.PrivacyPolicy;
import dev.tributary.client.session.DeviceClock;
import dev.tributary.security.agreement.CipherSuite;
import dev.tributary.security.identity.DeviceKeyPair;

/**
 * Who this device is in a session of secure aggregation: its key, its certificate for the suite,
 * the authority that it pinned when it was enrolled, and the floors of its policy. Used by one
 * thread at a time.
 */
public final class RoundIdentity {

  private final DeviceKeyPair keys;
  private final SessionKeeper keeper;
  private final PrivacyPolicy privacy;
  private final DeviceClock clock;

  public RoundIdentity(
      DeviceKeyPair keys, SessionKeeper keeper, PrivacyPolicy privacy, DeviceClock clock) {
    this.keys = keys;
    this.keeper = keeper;
    this.privacy = privacy;
    this.clock = clock;
  }

  /**
   * The device in the session of these terms.
   *
   * @throws IllegalStateException when it has no credentials: a device without does not consent
   */
  SessionDevice in(RoundManifest terms) {
    Credentials credentials =
        keeper
            .current()
            .credentials()
            .orElseThrow(() -> new IllegalStateException("this device has no credentials"));
    CipherSuite suite = SessionTerms.of(terms).suite();
    return new SessionDevice(
        keys,
        credentials.certificateFor(suite),
        keeper.authority(suite, clock.now()),
        privacy.floors());
  }
}
