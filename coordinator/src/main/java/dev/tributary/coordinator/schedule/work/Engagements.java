package dev.tributary.coordinator.schedule.work;

import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.RoundId;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which device is in which round: one at a time, over all tasks and populations. Safe on any
 * thread.
 */
public final class Engagements {
  private final Map<DeviceId, RoundId> rounds = new ConcurrentHashMap<>();

  /** Binds the device to the round; false when it is bound already. */
  public boolean claim(DeviceId device, RoundId round) {
    return rounds.putIfAbsent(device, round) == null;
  }

  /** Frees the device, if it is this round that it is bound to. */
  public void release(DeviceId device, RoundId round) {
    rounds.remove(device, round);
  }

  public Optional<RoundId> of(DeviceId device) {
    return Optional.ofNullable(rounds.get(device));
  }
}
