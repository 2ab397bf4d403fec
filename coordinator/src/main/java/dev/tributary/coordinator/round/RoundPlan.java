package dev.tributary.coordinator.round;

import dev.tributary.aggregation.mask.ProtocolKind;
import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.aggregation.protocol.PopulationName;
import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.aggregation.protocol.RoundKind;
import dev.tributary.aggregation.protocol.round.RoundManifest;
import dev.tributary.aggregation.quantize.QuantizationParameters;
import dev.tributary.aggregation.runtime.TrainingParameters;
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
 *     empty for Plain, which skips {@code SharingKeys}; the machine follows it whatever the
 *     protocol is called
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

  /**
   * What the devices of the round are told of it.
   *
   * @param base the model they start from, a file of {@code baseBytes}
   * @param modelJson canonical specification of that model
   * @param training empty in a round that evaluates
   */
  public RoundManifest manifest(
      PopulationName population,
      ModelDigest base,
      long baseBytes,
      String modelJson,
      QuantizationParameters quantization,
      Optional<TrainingParameters> training,
      long remainingMillis) {
    return new RoundManifest(
        round,
        kind,
        protocol,
        population,
        base,
        baseBytes,
        modelJson,
        quantization,
        training,
        targetCount,
        minimumCount,
        remainingMillis);
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalArgumentException(otherwise);
    }
  }
}
