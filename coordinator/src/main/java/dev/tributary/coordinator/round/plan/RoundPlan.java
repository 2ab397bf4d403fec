package dev.tributary.coordinator.round.plan;

import dev.tributary.aggregation.mask.ProtocolKind;
import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.aggregation.protocol.PopulationName;
import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.aggregation.protocol.RoundKind;
import dev.tributary.aggregation.protocol.round.RoundManifest;
import dev.tributary.aggregation.protocol.secagg.SecureAggregationParameters;
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
 * @param secureAggregation how updates are masked: present exactly when the protocol is
 *     SECAGG_PLUS; without it the round goes from {@code Enrolling} to {@code Collecting}
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
    Optional<SecureAggregation> secureAggregation) {

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
    require(
        secureAggregation.isPresent() == (protocol == ProtocolKind.SECAGG_PLUS),
        "secureAggregation must be there for protocol SECAGG_PLUS and no other, not for "
            + protocol);
  }

  /**
   * What the devices of the round are told of it.
   *
   * @param base the model they start from, a file of {@code baseBytes}
   * @param modelJson canonical specification of that model
   * @param training empty in a round that evaluates
   * @param shard how the updates of the device's shard are masked, if they are
   */
  public RoundManifest manifest(
      PopulationName population,
      ModelDigest base,
      long baseBytes,
      String modelJson,
      QuantizationParameters quantization,
      Optional<TrainingParameters> training,
      Optional<SecureAggregationParameters> shard,
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
        remainingMillis,
        shard);
  }

  /** What the devices of a round without masks are told of it. */
  public RoundManifest manifest(
      PopulationName population,
      ModelDigest base,
      long baseBytes,
      String modelJson,
      QuantizationParameters quantization,
      Optional<TrainingParameters> training,
      long remainingMillis) {
    return manifest(
        population,
        base,
        baseBytes,
        modelJson,
        quantization,
        training,
        Optional.empty(),
        remainingMillis);
  }

  /** What the devices of a shard are told of how their updates are masked. */
  public Optional<SecureAggregationParameters> shard(int shard, int shardCount) {
    return secureAggregation.map(secure -> secure.parameters(shard, shardCount));
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalArgumentException(otherwise);
    }
  }
}
