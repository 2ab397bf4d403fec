package dev.tributary.aggregation.runtime.network;

import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.runtime.Evaluation;
import dev.tributary.aggregation.runtime.Examples;
import dev.tributary.aggregation.runtime.LocalModel;
import dev.tributary.aggregation.runtime.SoftTargets;
import dev.tributary.aggregation.runtime.TrainingOutcome;
import dev.tributary.aggregation.runtime.TrainingParameters;
import dev.tributary.aggregation.runtime.step.CallChecks;
import dev.tributary.aggregation.runtime.step.DistillationLoss;
import dev.tributary.aggregation.runtime.step.EpochOrder;
import dev.tributary.aggregation.runtime.step.EvaluationTally;
import dev.tributary.aggregation.runtime.step.ExampleLoss;
import dev.tributary.aggregation.runtime.step.LossGradient;

/** A model of the pure Java runtime. One thread at a time; nothing is allocated in a step. */
final class JavaLocalModel implements LocalModel {
  private static final int EVALUATION_BLOCK = 20;

  private final ModelSpec spec;
  private final CallChecks checks;
  private final Network network;
  private final LossGradient loss;
  private boolean closed;

  JavaLocalModel(ModelSpec spec) {
    this.spec = spec;
    this.checks = new CallChecks(spec);
    this.network = new Network(spec);
    this.loss = new LossGradient(spec);
  }

  @Override
  public ModelSpec spec() {
    return spec;
  }

  @Override
  public TrainingOutcome train(
      float[] weights, Examples examples, TrainingParameters parameters, long seed) {
    check(weights, examples, true);
    return run(weights, examples, byLabel(examples), parameters, seed);
  }

  @Override
  public TrainingOutcome distill(
      float[] weights,
      Examples examples,
      SoftTargets targets,
      TrainingParameters parameters,
      long seed) {
    check(weights, examples, false);
    checks.check(targets, examples);
    return run(weights, examples, new DistillationLoss(spec, targets), parameters, seed);
  }

  private ExampleLoss byLabel(Examples examples) {
    return (values, offset, example, batchSize, gradient) ->
        loss.of(values, offset, examples.label(example), batchSize, gradient);
  }

  private TrainingOutcome run(
      float[] weights,
      Examples examples,
      ExampleLoss exampleLoss,
      TrainingParameters parameters,
      long seed) {
    int[] order = new int[examples.size()];
    int batch = Math.min(parameters.batchSize(), order.length);
    network.reserve(batch, true);
    network.load(weights, parameters.momentum() > 0);
    double lossSum = 0;
    for (int epoch = 0; epoch < parameters.epochs(); epoch++) {
      EpochOrder.shuffle(order, seed, epoch);
      for (int from = 0; from < order.length; from += batch) {
        CallChecks.stopIfInterrupted();
        int count = Math.min(batch, order.length - from);
        lossSum += step(examples, exampleLoss, order, from, count, parameters);
      }
    }
    network.store(weights);
    return TrainingOutcome.of(parameters, order.length, lossSum);
  }

  private double step(
      Examples examples,
      ExampleLoss exampleLoss,
      int[] order,
      int from,
      int count,
      TrainingParameters parameters) {
    for (int b = 0; b < count; b++) {
      examples.copyFeatures(order[from + b], network.input().values()[b], 0);
    }
    network.forward(count);
    double lossSum = 0;
    for (int b = 0; b < count; b++) {
      float[] values = network.output().values()[b];
      lossSum += exampleLoss.of(values, 0, order[from + b], count, network.output().gradients()[b]);
    }
    network.backwardAndStep(count, parameters.learningRate(), parameters.momentum());
    return lossSum;
  }

  @Override
  public Evaluation evaluate(float[] weights, Examples examples) {
    check(weights, examples, true);
    var tally = new EvaluationTally(spec);
    forEachBlock(weights, examples, (row, values) -> tally.add(values, 0, examples.label(row)));
    return tally.result();
  }

  @Override
  public float[] predict(float[] weights, Examples examples) {
    check(weights, examples, false);
    int outputs = spec.outputs();
    float[] predictions = new float[Math.multiplyExact(examples.size(), outputs)];
    forEachBlock(
        weights,
        examples,
        (row, values) -> System.arraycopy(values, 0, predictions, row * outputs, outputs));
    return predictions;
  }

  private interface RowConsumer {
    void accept(int row, float[] values);
  }

  private void forEachBlock(float[] weights, Examples examples, RowConsumer consumer) {
    network.reserve(Math.min(EVALUATION_BLOCK, examples.size()), false);
    network.load(weights, false);
    for (int from = 0; from < examples.size(); from += EVALUATION_BLOCK) {
      CallChecks.stopIfInterrupted();
      int count = Math.min(EVALUATION_BLOCK, examples.size() - from);
      for (int b = 0; b < count; b++) {
        examples.copyFeatures(from + b, network.input().values()[b], 0);
      }
      network.forward(count);
      for (int b = 0; b < count; b++) {
        consumer.accept(from + b, network.output().values()[b]);
      }
    }
  }

  private void check(float[] weights, Examples examples, boolean labelled) {
    if (closed) {
      throw new IllegalStateException("the model is closed");
    }
    checks.check(weights, examples, labelled);
  }

  @Override
  public void close() {
    closed = true;
  }
}
