package dev.tributary.coordinator.schedule.pace;

import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.coordinator.schedule.TaskConfig.Separation;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * When each device last had an update counted in a task, as far back as the task's separation asks.
 * Without a separation nothing is remembered. Touched only by the lane of its task.
 */
public final class Participations {
  private static final int SWEEP_COUNT = 1024;

  private final Separation separation;
  private final Map<DeviceId, Participation> last = new HashMap<>();
  private int addedSinceSweep;

  private record Participation(long roundNumber, Instant at) {}

  public Participations(Separation separation) {
    this.separation = separation;
  }

  public boolean isNeeded() {
    return separation.rounds() > 0 || separation.time().isPositive();
  }

  public void counted(DeviceId device, long roundNumber, Instant at) {
    if (isNeeded()) {
      last.put(device, new Participation(roundNumber, at));
      if (++addedSinceSweep >= SWEEP_COUNT) {
        addedSinceSweep = 0;
        last.values()
            .removeIf(p -> !restsFor(p, at).isPositive() && !restsInRound(p, roundNumber + 1));
      }
    }
  }

  /** Whether the device sits this round out because of how lately it took part. */
  public boolean restsInRound(DeviceId device, long roundNumber) {
    var participation = last.get(device);
    return participation != null && restsInRound(participation, roundNumber);
  }

  /** How much longer the device rests; zero when it need not. */
  public Duration restsFor(DeviceId device, Instant now) {
    var participation = last.get(device);
    return participation == null ? Duration.ZERO : restsFor(participation, now);
  }

  private boolean restsInRound(Participation participation, long roundNumber) {
    return roundNumber - participation.roundNumber() <= separation.rounds();
  }

  private Duration restsFor(Participation participation, Instant now) {
    var left = Duration.between(now, participation.at().plus(separation.time()));
    return left.isPositive() ? left : Duration.ZERO;
  }
}
