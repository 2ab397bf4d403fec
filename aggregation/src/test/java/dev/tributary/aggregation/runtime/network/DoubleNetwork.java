package dev.tributary.aggregation.runtime.network;

import dev.tributary.aggregation.model.Loss;
import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.model.layer.Activation;
import dev.tributary.aggregation.model.layer.Linear;
import dev.tributary.aggregation.runtime.Examples;
import dev.tributary.aggregation.runtime.TrainingParameters;
import dev.tributary.aggregation.runtime.step.EpochOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * The textbook network, in double, one example at a time, nothing clever: what the fast one is
 * compared with.
 */
final class DoubleNetwork {
  private final ModelSpec spec;

  DoubleNetwork(ModelSpec spec) {
    this.spec = spec;
  }

  double loss(double[] weights, Examples examples, int row) {
    List<double[]> values = forward(weights, examples, row);
    return loss(values.get(values.size() - 1), examples.label(row));
  }

  double[] gradient(double[] weights, Examples examples, int row) {
    List<double[]> values = forward(weights, examples, row);
    double[] gradient = new double[weights.length];
    double[] delta = lossGradient(values.get(values.size() - 1), examples.label(row));
    int offset = weights.length;
    for (int layer = spec.layers().size() - 1; layer >= 0; layer--) {
      double[] in = values.get(layer);
      double[] out = values.get(layer + 1);
      if (spec.layers().get(layer) instanceof Activation activation) {
        for (int j = 0; j < out.length; j++) {
          delta[j] *=
              switch (activation.function()) {
                case RELU -> out[j] > 0 ? 1 : 0;
                case TANH -> 1 - out[j] * out[j];
                case SIGMOID -> out[j] * (1 - out[j]);
              };
        }
        continue;
      }
      if (!(spec.layers().get(layer) instanceof Linear)) {
        continue;
      }
      offset -= in.length * out.length + out.length;
      double[] before = new double[in.length];
      for (int j = 0; j < out.length; j++) {
        gradient[offset + in.length * out.length + j] = delta[j];
        for (int k = 0; k < in.length; k++) {
          gradient[offset + j * in.length + k] = delta[j] * in[k];
          before[k] += delta[j] * weights[offset + j * in.length + k];
        }
      }
      delta = before;
    }
    return gradient;
  }

  void train(double[] weights, Examples examples, TrainingParameters p, long seed) {
    int[] order = new int[examples.size()];
    double[] velocity = new double[weights.length];
    for (int epoch = 0; epoch < p.epochs(); epoch++) {
      EpochOrder.shuffle(order, seed, epoch);
      for (int from = 0; from < order.length; from += p.batchSize()) {
        int to = Math.min(from + p.batchSize(), order.length);
        double[] mean = new double[weights.length];
        for (int b = from; b < to; b++) {
          double[] one = gradient(weights, examples, order[b]);
          for (int i = 0; i < mean.length; i++) {
            mean[i] += one[i] / (to - from);
          }
        }
        for (int i = 0; i < mean.length; i++) {
          velocity[i] = p.momentum() * velocity[i] + mean[i];
          weights[i] -= p.learningRate() * velocity[i];
        }
      }
    }
  }

  private List<double[]> forward(double[] weights, Examples examples, int row) {
    double[] x = new double[examples.featureSize()];
    for (int k = 0; k < x.length; k++) {
      x[k] = examples.feature(row, k);
    }
    List<double[]> values = new ArrayList<>(List.of(x));
    int offset = 0;
    for (var layer : spec.layers()) {
      if (layer instanceof Activation activation) {
        x = x.clone();
        for (int j = 0; j < x.length; j++) {
          x[j] =
              switch (activation.function()) {
                case RELU -> Math.max(x[j], 0);
                case TANH -> Math.tanh(x[j]);
                case SIGMOID -> 1 / (1 + Math.exp(-x[j]));
              };
        }
      } else if (layer instanceof Linear linear) {
        double[] y = new double[linear.units()];
        for (int j = 0; j < y.length; j++) {
          y[j] = weights[offset + x.length * y.length + j];
          for (int k = 0; k < x.length; k++) {
            y[j] += weights[offset + j * x.length + k] * x[k];
          }
        }
        offset += x.length * y.length + y.length;
        x = y;
      }
      values.add(x);
    }
    return values;
  }

  private double loss(double[] z, int label) {
    if (spec.loss() == Loss.SIGMOID_BINARY_CROSS_ENTROPY) {
      return Math.log1p(Math.exp(z[0])) - label * z[0];
    }
    double sum = 0;
    for (double value : z) {
      sum += Math.exp(value);
    }
    return Math.log(sum) - z[label];
  }

  private double[] lossGradient(double[] z, int label) {
    if (spec.loss() == Loss.SIGMOID_BINARY_CROSS_ENTROPY) {
      return new double[] {1 / (1 + Math.exp(-z[0])) - label};
    }
    double sum = 0;
    for (double value : z) {
      sum += Math.exp(value);
    }
    double[] gradient = new double[z.length];
    for (int j = 0; j < z.length; j++) {
      gradient[j] = Math.exp(z[j]) / sum - (j == label ? 1 : 0);
    }
    return gradient;
  }
}
