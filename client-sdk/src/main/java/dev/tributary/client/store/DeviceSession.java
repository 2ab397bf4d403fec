package dev.tributary.client.store;

import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.PopulationName;
import dev.tributary.client.policy.Participation;
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
 * @param state where it stands in a round
 * @param history its latest contributions, oldest first, at most {@link #MAXIMUM_HISTORY}
 * @param notBefore when it may check in again; empty for at once
 */
public record DeviceSession(
    URI coordinator,
    PopulationName population,
    Optional<DeviceId> device,
    DeviceState state,
    List<Participation> history,
    Optional<Instant> notBefore) {

  /**
   * How many contributions are remembered: bounds the file, and with it what privacy limits can
   * count.
   */
  public static final int MAXIMUM_HISTORY = Participation.MAXIMUM_REMEMBERED;

  public DeviceSession {
    if (history.size() > MAXIMUM_HISTORY) {
      throw new IllegalArgumentException(
          "a session remembers at most "
              + MAXIMUM_HISTORY
              + " participations, not "
              + history.size());
    }
    history = List.copyOf(history);
  }

  /** A device that has never spoken to its coordinator. */
  public static DeviceSession fresh(URI coordinator, PopulationName population) {
    return new DeviceSession(
        coordinator,
        population,
        Optional.empty(),
        new DeviceState.Idle(),
        List.of(),
        Optional.empty());
  }

  /** This session with a coordinator at another address. */
  public DeviceSession at(URI address) {
    return new DeviceSession(address, population, device, state, history, notBefore);
  }

  /** This session of a device that its coordinator knows. */
  public DeviceSession enrolledAs(DeviceId newDevice) {
    return new DeviceSession(
        coordinator, population, Optional.of(newDevice), state, history, notBefore);
  }

  /** This session of a device that has to enrol (again). */
  public DeviceSession notEnrolled() {
    return new DeviceSession(coordinator, population, Optional.empty(), state, history, notBefore);
  }

  /** This session in another state. */
  public DeviceSession in(DeviceState newState) {
    return new DeviceSession(coordinator, population, device, newState, history, notBefore);
  }

  /** This session with another time of the next check-in. */
  public DeviceSession waitingUntil(Instant instant) {
    return new DeviceSession(coordinator, population, device, state, history, Optional.of(instant));
  }

  /** This session without a time of the next check-in. */
  public DeviceSession notWaiting() {
    return new DeviceSession(coordinator, population, device, state, history, Optional.empty());
  }

  /** Adds a contribution, forgetting the oldest ones beyond the maximum. */
  public DeviceSession remembering(Participation participation) {
    var longer = new ArrayList<>(history);
    longer.add(participation);
    int surplus = Math.max(0, longer.size() - MAXIMUM_HISTORY);
    return new DeviceSession(
        coordinator, population, device, state, longer.subList(surplus, longer.size()), notBefore);
  }
}
