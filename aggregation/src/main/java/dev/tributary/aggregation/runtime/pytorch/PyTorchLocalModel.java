package dev.tributary.aggregation.runtime.pytorch;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
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
import java.nio.ByteOrder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A model of the PyTorch runtime: weights and batch live in native memory of its own, everything a
 * step makes lives in a manager that closes with the step. The loss is computed in Java, by the
 * same code as in the pure Java runtime, and its gradient handed to PyTorch: one crossing each way
 * instead of five operations. One platform thread at a time.
 */
final class PyTorchLocalModel implements LocalModel {
  private static final int EVALUATION_BATCH = 64;

  private final ModelSpec spec;
  private final CallChecks checks;
  private final LossGradient loss;
  private final PtNDManager manager;
  private final Parameters parameters;
  private @Nullable Batch batch;
  private boolean closed;

  PyTorchLocalModel(ModelSpec spec) {
    this.spec = spec;
    this.checks = new CallChecks(spec);
    this.loss = new LossGradient(spec);
    this.manager = (PtNDManager) NDManager.newBaseManager(Device.cpu(), "PyTorch");
    this.parameters = new Parameters(manager, spec);
  }

  @Override
  public ModelSpec spec() {
    return spec;
  }

  /** The manager that owns all native memory of this model: what tests count. */
  PtNDManager manager() {
    return manager;
  }

  @Override
  public TrainingOutcome train(
      float[] weights, Examples examples, TrainingParameters plan, long seed) {
    check(weights, examples, true);
    return run(weights, examples, byLabel(examples), plan, seed);
  }

  @Override
  public TrainingOutcome distill(
      float[] weights, Examples examples, SoftTargets targets, TrainingParameters plan, long seed) {
    check(weights, examples, false);
    checks.check(targets, examples);
    return run(weights, examples, new DistillationLoss(spec, targets), plan, seed);
  }

  private ExampleLoss byLabel(Examples examples) {
    return (values, offset, example, batchSize, gradient) ->
        loss.of(values, offset, examples.label(example), batchSize, gradient);
  }

  private TrainingOutcome run(
      float[] weights,
      Examples examples,
      ExampleLoss exampleLoss,
      TrainingParameters plan,
      long seed) {
    int[] order = new int[examples.size()];
    if (order.length == 0) {
      return TrainingOutcome.of(plan, 0, 0);
    }
    parameters.load(weights);
    Batch buffers = batch(Math.min(plan.batchSize(), order.length));
    double lossSum = 0;
    try (NativeThread thread = NativeThread.enter();
        PtNDManager run = manager.newSubManager(manager.getDevice())) {
      List<PtNDArray> velocities = plan.momentum() > 0 ? parameters.zeroVelocities(run) : List.of();
      float[] values = new float[Math.multiplyExact(buffers.capacity(), spec.outputs())];
      for (int epoch = 0; epoch < plan.epochs(); epoch++) {
        EpochOrder.shuffle(order, seed, epoch);
        for (int from = 0; from < order.length; from += buffers.capacity()) {
          CallChecks.stopIfInterrupted();
          int count = Math.min(buffers.capacity(), order.length - from);
          thread.record(true);
          lossSum += gradients(thread, buffers, examples, exampleLoss, order, from, count, values);
          thread.record(false);
          parameters.step(velocities, plan.learningRate(), plan.momentum());
        }
      }
    }
    parameters.store(weights);
    return TrainingOutcome.of(plan, order.length, lossSum);
  }

  /**
   * Computes a batch forward and back; the gradients are then with the parameters. Gives the sum of
   * the losses.
   */
  private double gradients(
      NativeThread thread,
      Batch buffers,
      Examples examples,
      ExampleLoss exampleLoss,
      int[] order,
      int from,
      int count,
      float[] values) {
    for (int row = 0; row < count; row++) {
      buffers.set(row, examples, order[from + row]);
    }
    int outputs = spec.outputs();
    try (PtNDManager step = manager.newSubManager(manager.getDevice())) {
      PtNDArray output = ForwardPass.run(spec, parameters, buffers.input(step, count), true);
      read(output, values, 0, count * outputs);
      double lossSum = 0;
      for (int row = 0; row < count; row++) {
        lossSum += exampleLoss.of(values, row * outputs, order[from + row], count, values);
      }
      thread.backward(output, buffers.gradient(step, values, count));
      return lossSum;
    }
  }

  @Override
  public Evaluation evaluate(float[] weights, Examples examples) {
    check(weights, examples, true);
    int outputs = spec.outputs();
    EvaluationTally tally = new EvaluationTally(spec);
    forEachBatch(
        weights,
        examples,
        (from, count, values) -> {
          for (int row = 0; row < count; row++) {
            tally.add(values, row * outputs, examples.label(from + row));
          }
        });
    return tally.result();
  }

  @Override
  public float[] predict(float[] weights, Examples examples) {
    check(weights, examples, false);
    int outputs = spec.outputs();
    float[] predictions = new float[Math.multiplyExact(examples.size(), outputs)];
    forEachBatch(
        weights,
        examples,
        (from, count, values) ->
            System.arraycopy(values, 0, predictions, from * outputs, count * outputs));
    return predictions;
  }

  /** Takes the values of the examples {@code [from, from + count)}; the array is used again. */
  private interface BatchConsumer {
    void accept(int from, int count, float[] values);
  }

  private void forEachBatch(float[] weights, Examples examples, BatchConsumer consumer) {
    if (examples.size() == 0) {
      return;
    }
    parameters.load(weights);
    Batch buffers = batch(EVALUATION_BATCH);
    float[] values = new float[Math.multiplyExact(EVALUATION_BATCH, spec.outputs())];
    try (NativeThread thread = NativeThread.enter()) {
      thread.record(false);
      for (int from = 0; from < examples.size(); from += EVALUATION_BATCH) {
        CallChecks.stopIfInterrupted();
        int count = Math.min(EVALUATION_BATCH, examples.size() - from);
        for (int row = 0; row < count; row++) {
          buffers.set(row, examples, from + row);
        }
        try (PtNDManager step = manager.newSubManager(manager.getDevice())) {
          PtNDArray output = ForwardPass.run(spec, parameters, buffers.input(step, count), false);
          read(output, values, 0, count * spec.outputs());
        }
        consumer.accept(from, count, values);
      }
    }
  }

  private static void read(PtNDArray output, float[] target, int offset, int length) {
    output
        .toByteBuffer(true)
        .order(ByteOrder.nativeOrder())
        .asFloatBuffer()
        .get(target, offset, length);
  }

  /** The buffers for this batch size, those of the last call when it was the same. */
  private Batch batch(int capacity) {
    Batch last = batch;
    if (last != null && last.capacity() == capacity) {
      return last;
    }
    if (last != null) {
      last.close();
    }
    Batch fresh = new Batch(manager, spec, capacity);
    batch = fresh;
    return fresh;
  }

  private void check(float[] weights, Examples examples, boolean labelled) {
    if (closed) {
      throw new IllegalStateException("the model is closed");
    }
    checks.check(weights, examples, labelled);
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      manager.close();
    }
  }
}
