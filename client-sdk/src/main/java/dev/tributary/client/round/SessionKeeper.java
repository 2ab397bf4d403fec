package dev.tributary.client.round;

import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.access.Credentials;
import dev.tributary.aggregation.secagg.Authority;
import dev.tributary.aggregation.secagg.CertifiedAuthority;
import dev.tributary.client.policy.Participation;
import dev.tributary.client.session.ContentDigest;
import dev.tributary.client.session.DeviceEvent;
import dev.tributary.client.session.DeviceTransition;
import dev.tributary.client.store.DeviceSession;
import dev.tributary.client.store.SessionStore;
import dev.tributary.security.agreement.CipherSuite;
import dev.tributary.security.identity.certificate.AuthorityKeys;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The device's session, in memory and in its store: nothing is acted upon before it is durable, but
 * what a device comes to again by itself after a crash. Notes made between two transitions become
 * durable with the next one that is. Changed by one thread at a time, read by any.
 */
public final class SessionKeeper {

  private final SessionStore store;
  private volatile DeviceSession current;
  private volatile @Nullable Decoded decoded;

  public SessionKeeper(SessionStore store, DeviceSession current) {
    this.store = store;
    this.current = current;
  }

  public DeviceSession current() {
    return current;
  }

  /**
   * The authority that the device pinned when it was enrolled, as it stands at an instant. Its keys
   * are decoded once.
   *
   * @throws IllegalStateException when the device has no credentials
   * @throws IllegalArgumentException when the suite asks for a key that the authority does not have
   */
  public Authority authority(CipherSuite suite, Instant now) {
    Credentials pinned =
        current
            .credentials()
            .orElseThrow(() -> new IllegalStateException("this device has no credentials"));
    Decoded known = decoded;
    if (known == null || !known.credentials().equals(pinned)) {
      known = new Decoded(pinned, CertifiedAuthority.keys(pinned));
      decoded = known;
    }
    return CertifiedAuthority.at(known.keys(), current.population(), suite, now);
  }

  private record Decoded(Credentials credentials, AuthorityKeys keys) {}

  public void enrolledAs(DeviceId device, Optional<Credentials> credentials) {
    current = current.enrolledAs(device, credentials);
    store.save(current);
  }

  /** The device is not known to its coordinator (any more). */
  public void notEnrolled() {
    current = current.notEnrolled();
    store.save(current);
  }

  /** Keys exist for the round of this manifest: the store knows it since it has their step. */
  void noteKeysFor(ContentDigest manifest) {
    current = current.withKeysFor(manifest);
  }

  public void noteParticipation(Participation participation) {
    current = current.remembering(participation);
  }

  /** Forgets earlier windows: one that is there when the round ends was given in the round. */
  public void noteNoWait() {
    current = current.notWaiting();
  }

  public void noteWait(Instant until) {
    current = current.waitingUntil(until);
  }

  public void waitUntil(Instant instant) {
    current = current.waitingUntil(instant);
    store.save(current);
  }

  public DeviceTransition apply(DeviceEvent event) {
    DeviceTransition transition = event.in(current.state());
    current = current.in(transition.next());
    if (!event.comesAgain()) {
      store.save(current);
    }
    return transition;
  }
}
