package dev.tributary.client.store;

import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.PopulationName;
import dev.tributary.aggregation.protocol.access.Credentials;
import dev.tributary.client.policy.Participation;
import dev.tributary.client.session.ContentDigest;
import dev.tributary.client.session.DeviceState;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a device remembers between two runs of its program, beside its key pair.
 *
 * @param coordinator the address it last used
 * @param population to which it belongs there
 * @param device its identity; empty before it is enrolled
 * @param credentials its certificate, and the authority that it trusts since it was first given
 *     one; kept when the device has to enrol again, so that nobody can put another in its place
 * @param state where it stands in a round
 * @param history its latest contributions, oldest first, at most {@link #MAXIMUM_HISTORY}
 * @param sessions manifests of the latest rounds that it made keys for, oldest first, at most
 *     {@link #MAXIMUM_SESSIONS}: it makes none for the same again
 * @param notBefore when it may check in again; empty for at once
 */
public record DeviceSession(
    URI coordinator,
    PopulationName population,
    Optional<DeviceId> device,
    Optional<Credentials> credentials,
    DeviceState state,
    List<Participation> history,
    List<ContentDigest> sessions,
    Optional<Instant> notBefore) {

  /**
   * How many contributions are remembered: bounds the file, and with it what privacy limits can
   * count.
   */
  public static final int MAXIMUM_HISTORY = Participation.MAXIMUM_REMEMBERED;

  /** How many rounds with keys are remembered. */
  public static final int MAXIMUM_SESSIONS = 256;

  public DeviceSession {
    requireAtMost(MAXIMUM_HISTORY, "participations", history);
    requireAtMost(MAXIMUM_SESSIONS, "rounds with keys", sessions);
    history = List.copyOf(history);
    sessions = List.copyOf(sessions);
  }

  private static void requireAtMost(int most, String what, List<?> remembered) {
    if (remembered.size() > most) {
      throw new IllegalArgumentException(
          "a session remembers at most " + most + " " + what + ", not " + remembered.size());
    }
  }

  /** A device that has never spoken to its coordinator. */
  public static DeviceSession fresh(URI coordinator, PopulationName population) {
    return new DeviceSession(
        coordinator,
        population,
        Optional.empty(),
        Optional.empty(),
        new DeviceState.Idle(),
        List.of(),
        List.of(),
        Optional.empty());
  }

  /** This session with a coordinator at another address. */
  public DeviceSession at(URI address) {
    return new DeviceSession(
        address, population, device, credentials, state, history, sessions, notBefore);
  }

  /**
   * This session of a device that its coordinator knows.
   *
   * @param given its new credentials; without, it keeps those that it has
   */
  public DeviceSession enrolledAs(DeviceId newDevice, Optional<Credentials> given) {
    return new DeviceSession(
        coordinator,
        population,
        Optional.of(newDevice),
        given.or(() -> credentials),
        state,
        history,
        sessions,
        notBefore);
  }

  /** This session of a device that has to enrol (again). */
  public DeviceSession notEnrolled() {
    return new DeviceSession(
        coordinator,
        population,
        Optional.empty(),
        credentials,
        state,
        history,
        sessions,
        notBefore);
  }

  /** This session in another state. */
  public DeviceSession in(DeviceState newState) {
    return new DeviceSession(
        coordinator, population, device, credentials, newState, history, sessions, notBefore);
  }

  /** This session with another time of the next check-in. */
  public DeviceSession waitingUntil(Instant instant) {
    return waiting(Optional.of(instant));
  }

  /** This session without a time of the next check-in. */
  public DeviceSession notWaiting() {
    return waiting(Optional.empty());
  }

  private DeviceSession waiting(Optional<Instant> until) {
    return new DeviceSession(
        coordinator, population, device, credentials, state, history, sessions, until);
  }

  /** Adds a contribution, forgetting the oldest ones beyond the maximum. */
  public DeviceSession remembering(Participation participation) {
    return new DeviceSession(
        coordinator,
        population,
        device,
        credentials,
        state,
        latest(MAXIMUM_HISTORY, history, participation),
        sessions,
        notBefore);
  }

  /**
   * Adds a round that keys are made for, if it is not there, forgetting the oldest ones beyond the
   * maximum.
   */
  public DeviceSession withKeysFor(ContentDigest manifest) {
    if (sessions.contains(manifest)) {
      return this;
    }
    return new DeviceSession(
        coordinator,
        population,
        device,
        credentials,
        state,
        history,
        latest(MAXIMUM_SESSIONS, sessions, manifest),
        notBefore);
  }

  private static <T> List<T> latest(int most, List<T> earlier, T added) {
    var longer = new ArrayList<>(earlier);
    longer.add(added);
    return longer.subList(Math.max(0, longer.size() - most), longer.size());
  }
}
