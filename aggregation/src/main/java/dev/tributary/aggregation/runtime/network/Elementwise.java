package dev.tributary.aggregation.runtime.network;

import dev.tributary.aggregation.model.layer.Activation;

/**
 * An element-wise function, in place. The derivative of each is a function of its output, so the
 * input need not be kept; and the stage before does not need its own output to go backward.
 */
final class Elementwise implements Stage {
  private final Rows rows;
  private final Activation.Function function;

  Elementwise(Rows rows, Activation.Function function) {
    this.rows = rows;
    this.function = function;
  }

  @Override
  public void forward(int count) {
    int n = rows.size();
    for (int row = 0; row < count; row++) {
      float[] y = rows.values()[row];
      switch (function) {
        case RELU -> relu(y, n);
        case TANH -> tanh(y, n);
        case SIGMOID -> sigmoid(y, n);
      }
    }
  }

  @Override
  public void backward(int count) {
    int n = rows.size();
    for (int row = 0; row < count; row++) {
      float[] y = rows.values()[row];
      float[] gradient = rows.gradients()[row];
      switch (function) {
        case RELU -> reluGradient(gradient, y, n);
        case TANH -> tanhGradient(gradient, y, n);
        case SIGMOID -> sigmoidGradient(gradient, y, n);
      }
    }
  }

  @Override
  public void step(int count, float learningRate, float momentum) {
    // learns nothing
  }

  private static void relu(float[] y, int n) {
    for (int j = 0; j < n; j++) {
      y[j] = Math.max(y[j], 0f);
    }
  }

  private static void tanh(float[] y, int n) {
    for (int j = 0; j < n; j++) {
      y[j] = (float) StrictMath.tanh(y[j]);
    }
  }

  private static void sigmoid(float[] y, int n) {
    for (int j = 0; j < n; j++) {
      y[j] = (float) (1 / (1 + StrictMath.exp(-(double) y[j])));
    }
  }

  /** The gradient passes where the output is positive, as in PyTorch: not at 0. */
  private static void reluGradient(float[] gradient, float[] y, int n) {
    for (int j = 0; j < n; j++) {
      gradient[j] = y[j] > 0f ? gradient[j] : 0f;
    }
  }

  private static void tanhGradient(float[] gradient, float[] y, int n) {
    for (int j = 0; j < n; j++) {
      gradient[j] *= 1f - y[j] * y[j];
    }
  }

  private static void sigmoidGradient(float[] gradient, float[] y, int n) {
    for (int j = 0; j < n; j++) {
      gradient[j] *= y[j] * (1f - y[j]);
    }
  }
}
