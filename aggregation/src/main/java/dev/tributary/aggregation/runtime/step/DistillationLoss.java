package dev.tributary.aggregation.runtime.step;

import dev.tributary.aggregation.model.Loss;
import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.runtime.SoftTargets;

/**
 * How far a network is from its teacher on one example, {@code T^2 KL(p || q)} with p and q the
 * softmax (or sigmoid) of the teacher's and the network's values over T, and the gradient {@code T
 * (q - p)} with respect to the values. Computed in double with StrictMath and rounded once; both
 * runtimes use it. One thread at a time.
 */
public final class DistillationLoss implements ExampleLoss {
  private final boolean softmax;
  private final int outputs;
  private final float[] teacher;
  private final double temperature;
  private final double[] teacherLogs;
  private final double[] logs;

  /** The loss of a specification against these targets, which are in the order of the examples. */
  public DistillationLoss(ModelSpec spec, SoftTargets targets) {
    this.softmax = spec.loss() == Loss.SOFTMAX_CROSS_ENTROPY;
    this.outputs = spec.outputs();
    this.teacher = targets.outputs();
    this.temperature = targets.temperature();
    // One output is two classes: its value against 0.
    this.teacherLogs = new double[Math.max(outputs, 2)];
    this.logs = new double[teacherLogs.length];
  }

  @Override
  public double of(float[] values, int offset, int example, int batchSize, float[] gradient) {
    logProbabilities(teacher, example * outputs, teacherLogs);
    logProbabilities(values, offset, logs);
    double divergence = 0;
    for (int j = 0; j < logs.length; j++) {
      divergence += StrictMath.exp(teacherLogs[j]) * (teacherLogs[j] - logs[j]);
    }
    for (int j = 0; j < outputs; j++) {
      double difference = StrictMath.exp(logs[j]) - StrictMath.exp(teacherLogs[j]);
      gradient[offset + j] = (float) (temperature * difference / batchSize);
    }
    return temperature * temperature * divergence;
  }

  private void logProbabilities(float[] values, int offset, double[] result) {
    if (!softmax) {
      double value = values[offset] / temperature;
      double tail = StrictMath.log1p(StrictMath.exp(-Math.abs(value)));
      result[0] = Math.min(value, 0) - tail;
      result[1] = Math.min(-value, 0) - tail;
      return;
    }
    double largest = Double.NEGATIVE_INFINITY;
    for (int j = 0; j < outputs; j++) {
      largest = Math.max(largest, values[offset + j] / temperature);
    }
    double sum = 0;
    for (int j = 0; j < outputs; j++) {
      result[j] = values[offset + j] / temperature - largest;
      sum += StrictMath.exp(result[j]);
    }
    double logSum = StrictMath.log(sum);
    for (int j = 0; j < outputs; j++) {
      result[j] -= logSum;
    }
  }
}
