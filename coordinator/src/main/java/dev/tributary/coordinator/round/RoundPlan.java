package dev.tributary.coordinator.round;

import dev.tributary.aggregation.mask.ProtocolKind;
import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.aggregation.protocol.RoundKind;
import java.time.Duration;
import java.util.Optional;

/**
 * What is decided about a round before any device is in it.
 *
 * @param targetCount this many counted uploads close the round at once, at least 1
 * @param minimumCount with fewer the round is abandoned, in [1, targetCount]
 * @param selectionCount this many devices are invited, at least targetCount (over-selection makes
 *     up for drop-outs)
 * @param selection how long devices are gathered after the first one; then the round starts with at
 *     least minimumCount
 * @param reporting how long uploads are awaited once the cohort is fixed
 * @param exchange how long each step of a key exchange lasts (sharing keys, revealing shares):
 *     present exactly when the round's protocol exchanges keys, empty for Plain, which skips {@code
 *     SharingKeys}
 */
public record RoundPlan(
    RoundId round,
    RoundKind kind,
    ProtocolKind protocol,
    int targetCount,
    int minimumCount,
    int selectionCount,
    Duration selection,
    Duration reporting,
    Optional<Duration> exchange) {

  public RoundPlan {
    require(targetCount >= 1, "targetCount must be at least 1, not " + targetCount);
    require(
        minimumCount >= 1 && minimumCount <= targetCount,
        "minimumCount must be in [1, targetCount " + targetCount + "], not " + minimumCount);
    require(
        selectionCount >= targetCount,
        "selectionCount must be at least targetCount " + targetCount + ", not " + selectionCount);
    require(selection.isPositive(), "selection must last, not " + selection);
    require(reporting.isPositive(), "reporting must last, not " + reporting);
    exchange.ifPresent(step -> require(step.isPositive(), "exchange must last, not " + step));
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalArgumentException(otherwise);
    }
  }
}
