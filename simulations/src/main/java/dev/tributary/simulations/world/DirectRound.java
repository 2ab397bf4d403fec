package dev.tributary.simulations.world;

import dev.tributary.aggregation.mask.AggregateSum;
import dev.tributary.aggregation.mask.MaskedAccumulator;
import dev.tributary.aggregation.mask.MaskedUpdate;
import dev.tributary.aggregation.mask.ProtocolKind;
import dev.tributary.aggregation.mask.ResidueVerifier;
import dev.tributary.aggregation.mask.RoundProtocol;
import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.aggregation.optimize.Dequantizer;
import dev.tributary.aggregation.optimize.MeanUpdate;
import dev.tributary.aggregation.optimize.WeightlessSumException;
import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.aggregation.protocol.RoundKind;
import dev.tributary.aggregation.protocol.round.RoundManifest;
import dev.tributary.aggregation.quantize.QuantizationParameters;
import dev.tributary.coordinator.round.CountedUpload;
import dev.tributary.coordinator.round.RoundEffect.UnmaskSum;
import dev.tributary.coordinator.round.RoundEvent;
import dev.tributary.coordinator.round.RoundEvent.BaseFixed;
import dev.tributary.coordinator.round.RoundEvent.DeviceDropped;
import dev.tributary.coordinator.round.RoundEvent.DeviceEnrolled;
import dev.tributary.coordinator.round.RoundEvent.ModelOptimized;
import dev.tributary.coordinator.round.RoundEvent.RoundOpened;
import dev.tributary.coordinator.round.RoundEvent.RoundPlanned;
import dev.tributary.coordinator.round.RoundEvent.SumUnmasked;
import dev.tributary.coordinator.round.RoundEvent.UploadsCounted;
import dev.tributary.coordinator.round.RoundEvent.VersionPublished;
import dev.tributary.coordinator.round.RoundMachine;
import dev.tributary.coordinator.round.RoundState;
import dev.tributary.coordinator.round.Transition;
import dev.tributary.coordinator.round.Transition.Verdict;
import dev.tributary.coordinator.round.plan.RoundPlan;
import dev.tributary.security.Sha256;
import dev.tributary.simulations.scenario.Scenario;
import dev.tributary.simulations.world.setup.Cohort;
import dev.tributary.simulations.world.setup.Setup;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * One round of a {@link DirectWorld}: feeds the coordinator's state machine with events at
 * simulated times, and runs the effects that touch the sum. Deadlines are never reached, so timers
 * are left out: who is late has dropped out of the cohort before the round begins.
 *
 * <p>{@link #collect} may be called by many threads at once; all else by one thread.
 */
final class DirectRound {

  private static final Instant START = Instant.EPOCH;
  private static final Duration FOREVER = Duration.ofDays(1);

  private final Setup setup;
  private final Cohort cohort;
  private final QuantizationParameters quantization;
  private final long modelBytes;
  private final RoundProtocol protocol;
  private final MaskedAccumulator accumulator;
  private final Map<Integer, CountedUpload> collected = new ConcurrentHashMap<>();
  private RoundState state;
  private @Nullable RoundManifest manifest;
  private @Nullable AggregateSum sum;

  DirectRound(Setup setup, Cohort cohort, QuantizationParameters quantization, long modelBytes) {
    this.setup = setup;
    this.cohort = cohort;
    this.quantization = quantization;
    this.modelBytes = modelBytes;
    this.protocol = RoundProtocol.of(ProtocolKind.PLAIN);
    this.accumulator = protocol.newAccumulator(quantization);
    this.state = RoundMachine.begin(new RoundPlanned(START, plan()));
  }

  private RoundPlan plan() {
    Scenario scenario = setup.scenario();
    return new RoundPlan(
        new RoundId(Setup.TASK, cohort.round()),
        RoundKind.TRAINING,
        protocol.kind(),
        scenario.cohort(),
        scenario.minimumReports(),
        scenario.cohort(),
        FOREVER,
        FOREVER,
        Optional.empty());
  }

  /** Enrols the cohort and takes the devices out that will not report. */
  void select(ModelDigest base) {
    step(new RoundOpened(START));
    step(new BaseFixed(START, base));
    for (int device : cohort.reporting()) {
      step(new DeviceEnrolled(START, DirectWorld.idOf(device)));
    }
    for (int device : cohort.droppedOut()) {
      step(new DeviceEnrolled(START, DirectWorld.idOf(device)));
    }
    manifest = manifestOf(base);
    for (int device : cohort.droppedOut()) {
      if (!ended()) {
        step(new DeviceDropped(START, DirectWorld.idOf(device), "simulated"));
      }
    }
  }

  private RoundManifest manifestOf(ModelDigest base) {
    return state
        .plan()
        .manifest(
            Setup.POPULATION,
            base,
            modelBytes,
            setup.spec().canonicalJson(),
            quantization,
            Optional.of(setup.scenario().training()),
            FOREVER.toMillis());
  }

  /** What the devices of this round are told. */
  RoundManifest manifest() {
    if (manifest == null) {
      throw new IllegalStateException(
          "round " + cohort.round() + " has no manifest before its selection");
    }
    return manifest;
  }

  boolean ended() {
    return state instanceof RoundState.Terminal;
  }

  /**
   * Verifies an update as the coordinator's intake does and adds it to the sum; the round hears of
   * it in {@link #reportAll}.
   *
   * @throws IllegalStateException when the coordinator would refuse it
   */
  void collect(int device, MaskedUpdate update) throws IOException {
    var residues = new ResidueVerifier(quantization);
    update.source().forEachChunk(residues);
    if (!(residues.finish() instanceof ResidueVerifier.Verdict.Valid)) {
      throw new IllegalStateException(
          "round " + cohort.round() + ": the update of device " + device + " is out of range");
    }
    String sha256 = HexFormat.of().formatHex(Sha256.of(update.packed()));
    var upload = setup.devices().randomness(device).uploadIdFor(manifest().roundId());
    synchronized (accumulator) {
      accumulator.add(update.source());
    }
    collected.put(device, new CountedUpload(DirectWorld.idOf(device), upload, sha256));
  }

  /** Tells the round of all updates, in the order of their simulated arrival. */
  void reportAll() {
    for (int i = 0; i < cohort.reporting().length; i++) {
      Instant arrival = START.plusNanos((long) (cohort.latencyMillis()[i] * 1e6));
      CountedUpload upload = collected.get(cohort.reporting()[i]);
      if (upload == null) {
        throw new IllegalStateException(
            "round " + cohort.round() + ": a reporting device sent nothing");
      }
      step(new UploadsCounted(arrival, List.of(upload)));
    }
  }

  /** The mean of the updates, once the round has closed. */
  MeanUpdate mean() {
    if (sum == null) {
      throw new IllegalStateException(
          "round " + cohort.round() + " is " + state + ", without a sum");
    }
    try {
      return new Dequantizer(quantization).dequantize(sum);
    } catch (WeightlessSumException impossible) {
      throw new IllegalStateException(
          "round " + cohort.round() + ": " + impossible.getMessage(), impossible);
    }
  }

  /** Ends the round with this model. */
  void publish(ModelDigest result) {
    step(new ModelOptimized(START, result));
    step(new VersionPublished(START));
  }

  private void step(RoundEvent event) {
    Transition transition = RoundMachine.on(state, event);
    if (!(transition.verdict() instanceof Verdict.Accepted)) {
      throw new IllegalStateException(
          "round "
              + cohort.round()
              + ": "
              + event.getClass().getSimpleName()
              + " was refused: "
              + transition.reason());
    }
    state = transition.next();
    if (transition.effects().stream().anyMatch(UnmaskSum.class::isInstance)) {
      sum = protocol.unmasker(quantization, List.of(), 1).unmask(accumulator.sum());
      step(new SumUnmasked(event.at()));
    }
  }
}
