package dev.tributary.client;

import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.access.Credentials;
import dev.tributary.client.policy.Participation;
import dev.tributary.client.session.ContentDigest;
import dev.tributary.client.session.DeviceEvent;
import dev.tributary.client.session.DeviceTransition;
import dev.tributary.client.store.DeviceSession;
import dev.tributary.client.store.SessionStore;
import java.time.Instant;
import java.util.Optional;

/**
 * The device's session, in memory and in its store: nothing is acted upon before it is durable.
 * Notes made between two transitions become durable with the next one. Changed by one thread at a
 * time, read by any.
 */
final class SessionKeeper {

  private final SessionStore store;
  private volatile DeviceSession current;

  SessionKeeper(SessionStore store, DeviceSession current) {
    this.store = store;
    this.current = current;
  }

  DeviceSession current() {
    return current;
  }

  void enrolledAs(DeviceId device, Optional<Credentials> credentials) {
    current = current.enrolledAs(device, credentials);
    store.save(current);
  }

  /** The device is not known to its coordinator (any more). */
  void notEnrolled() {
    current = current.notEnrolled();
    store.save(current);
  }

  /** Keys exist for the round of this manifest: durable when this returns. */
  void noteKeysFor(ContentDigest manifest) {
    current = current.withKeysFor(manifest);
    store.save(current);
  }

  void noteParticipation(Participation participation) {
    current = current.remembering(participation);
  }

  /** Forgets earlier windows: one that is there when the round ends was given in the round. */
  void noteNoWait() {
    current = current.notWaiting();
  }

  void noteWait(Instant until) {
    current = current.waitingUntil(until);
  }

  void waitUntil(Instant instant) {
    current = current.waitingUntil(instant);
    store.save(current);
  }

  DeviceTransition apply(DeviceEvent event) {
    DeviceTransition transition = event.in(current.state());
    current = current.in(transition.next());
    store.save(current);
    return transition;
  }
}
