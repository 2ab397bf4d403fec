package dev.tributary.simulations.world;

import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.aggregation.model.ModelState;
import dev.tributary.aggregation.model.Safetensors;
import dev.tributary.aggregation.optimize.Dequantizer;
import dev.tributary.aggregation.optimize.FedAvg;
import dev.tributary.aggregation.optimize.GridStep;
import dev.tributary.aggregation.optimize.MeanUpdate;
import dev.tributary.aggregation.optimize.OptimizedModel;
import dev.tributary.aggregation.optimize.OptimizerState;
import dev.tributary.aggregation.quantize.QuantizationParameters;
import dev.tributary.client.train.BuiltUpdate;
import dev.tributary.simulations.scenario.Scenario;
import dev.tributary.simulations.world.setup.Cohort;
import dev.tributary.simulations.world.setup.Setup;
import dev.tributary.simulations.world.setup.SimulatedIdentities;
import dev.tributary.simulations.world.setup.TrainingSeats;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/**
 * Rounds in process, without sockets, clocks or files: the SDK's update builder on one side and the
 * coordinator's state machine, accumulator and optimiser on the other, called directly. Devices
 * train on the seats' threads; everything else happens on the caller's.
 */
final class DirectWorld implements World {

  private final Setup setup;
  private final TrainingSeats seats;
  private final QuantizationParameters quantization;
  private final FedAvg optimizer;
  private final long modelBytes;
  private final Optional<SimulatedIdentities> identities;
  private ModelState model;
  private ModelDigest digest;
  private OptimizerState memory = OptimizerState.empty();

  DirectWorld(Setup setup, TrainingSeats seats) {
    this.setup = setup;
    this.seats = seats;
    this.identities =
        setup
            .scenario()
            .secureAggregation()
            .map(secure -> new SimulatedIdentities(secure.suite(), setup.scenario().seed()));
    this.model = setup.initialModel();
    this.digest = ModelDigest.of(model);
    this.modelBytes = Safetensors.sizeBytes(model.layout());
    Scenario scenario = setup.scenario();
    this.quantization =
        QuantizationParameters.forTraining(
            model.layout().dimension(),
            scenario.quantization().bits(),
            scenario.quantization().clipNorm(),
            scenario.quantization().range(),
            setup.maxExamples(),
            scenario.cohort());
    this.optimizer = new FedAvg(scenario.server().learningRate(), scenario.server().momentum());
  }

  @Override
  public WorldRound run(Cohort cohort, IntConsumer progress) throws InterruptedException {
    var round = new DirectRound(setup, cohort, quantization, modelBytes, identities, seats);
    round.select(digest);
    int[] reporting = round.reporting();
    if (reporting.length > 0) {
      trainAll(round, reporting, cohort.size() - reporting.length, progress);
    }
    boolean opened = reporting.length > 0 && !round.ended();
    Optional<GridStep> step = Optional.empty();
    if (opened) {
      MeanUpdate mean = round.mean();
      double factor = new Dequantizer(quantization).factor(mean.totalWeight());
      step = optimizer.gridStep(factor, memory);
      OptimizedModel next = optimizer.step(model, mean, memory);
      model = next.model();
      memory = next.state();
      digest = ModelDigest.of(model);
      round.publish(digest);
    }
    return new WorldRound(
        opened,
        opened ? reporting : new int[0],
        reporting.length * quantization.packedBytes() + round.sessionBytesUp(),
        cohort.size() * modelBytes + round.sessionBytesDown(),
        step,
        Optional.empty());
  }

  private void trainAll(DirectRound round, int[] reporting, int droppedOut, IntConsumer progress)
      throws InterruptedException {
    var done = new AtomicInteger(droppedOut);
    ModelState base = model;
    seats.map(
        Arrays.stream(reporting).boxed().toList(),
        (seat, device) -> {
          BuiltUpdate update =
              seat.build(
                  setup.devices().examples(device),
                  round.manifest(),
                  base,
                  setup.devices().randomness(device).seedsFor(round.manifest().roundId()),
                  round.masksOf(device));
          round.collect(device, update.masked());
          progress.accept(done.incrementAndGet());
          return device;
        });
    round.reportAll();
  }

  @Override
  public ModelState model() {
    return model;
  }

  @Override
  public void close() {}
}
