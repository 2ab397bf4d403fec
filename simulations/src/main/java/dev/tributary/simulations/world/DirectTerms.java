package dev.tributary.simulations.world;

import dev.tributary.aggregation.mask.MaskedUpdate;
import dev.tributary.aggregation.mask.ResidueVerifier;
import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.aggregation.protocol.RoundKind;
import dev.tributary.aggregation.protocol.round.RoundManifest;
import dev.tributary.aggregation.quantize.QuantizationParameters;
import dev.tributary.coordinator.round.plan.RoundPlan;
import dev.tributary.simulations.scenario.Scenario;
import dev.tributary.simulations.world.setup.Setup;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * What a round in process is planned with, tells its devices and holds their updates against.
 *
 * @param round its number
 * @param modelBytes length of the model's file
 */
record DirectTerms(Setup setup, int round, QuantizationParameters quantization, long modelBytes) {

  private static final Duration FOREVER = Duration.ofDays(1);

  RoundPlan plan() {
    Scenario scenario = setup.scenario();
    return new RoundPlan(
        new RoundId(Setup.TASK, round),
        RoundKind.TRAINING,
        scenario.protocol(),
        scenario.cohort(),
        scenario.minimumReports(),
        scenario.cohort(),
        FOREVER,
        FOREVER,
        scenario.secureAggregation());
  }

  RoundManifest manifest(RoundPlan plan, ModelDigest base) {
    return plan.manifest(
        Setup.POPULATION,
        base,
        modelBytes,
        setup.spec().canonicalJson(),
        quantization,
        Optional.of(setup.scenario().training()),
        plan.shard(0, 1),
        FOREVER.toMillis());
  }

  /**
   * Verifies an update as intake does one that is not masked.
   *
   * @throws IllegalStateException when the coordinator would refuse it
   */
  void requireInRange(int device, MaskedUpdate update) throws IOException {
    var residues = new ResidueVerifier(quantization);
    update.source().forEachChunk(residues);
    if (!(residues.finish() instanceof ResidueVerifier.Verdict.Valid)) {
      throw new IllegalStateException(
          "round " + round + ": the update of device " + device + " is out of range");
    }
  }
}
