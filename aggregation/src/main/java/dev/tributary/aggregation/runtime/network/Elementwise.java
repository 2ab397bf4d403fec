package dev.tributary.aggregation.runtime.network;

import dev.tributary.aggregation.model.layer.Activation;

/**
 * An element-wise function, in place where input and output are the same rows. The derivative of
 * each is a function of its output, so the input need not be kept; and an affine stage before does
 * not need its own output to go backward. A function before does: then the rows differ.
 */
final class Elementwise implements Stage {
  private final Rows input;
  private final Rows output;
  private final Activation.Function function;

  Elementwise(Rows input, Rows output, Activation.Function function) {
    this.input = input;
    this.output = output;
    this.function = function;
  }

  @Override
  public void forward(int count) {
    int n = output.size();
    for (int row = 0; row < count; row++) {
      float[] x = input.values()[row];
      float[] y = output.values()[row];
      switch (function) {
        case RELU -> relu(x, y, n);
        case TANH -> tanh(x, y, n);
        case SIGMOID -> sigmoid(x, y, n);
      }
    }
  }

  @Override
  public void backward(int count) {
    int n = output.size();
    for (int row = 0; row < count; row++) {
      float[] y = output.values()[row];
      float[] ofOutput = output.gradients()[row];
      float[] ofInput = input.gradients()[row];
      switch (function) {
        case RELU -> reluGradient(ofOutput, y, ofInput, n);
        case TANH -> tanhGradient(ofOutput, y, ofInput, n);
        case SIGMOID -> sigmoidGradient(ofOutput, y, ofInput, n);
      }
    }
  }

  @Override
  public void step(int count, float learningRate, float momentum) {
    // learns nothing
  }

  private static void relu(float[] x, float[] y, int n) {
    for (int j = 0; j < n; j++) {
      y[j] = Math.max(x[j], 0f);
    }
  }

  private static void tanh(float[] x, float[] y, int n) {
    for (int j = 0; j < n; j++) {
      y[j] = (float) StrictMath.tanh(x[j]);
    }
  }

  private static void sigmoid(float[] x, float[] y, int n) {
    for (int j = 0; j < n; j++) {
      y[j] = (float) (1 / (1 + StrictMath.exp(-(double) x[j])));
    }
  }

  /** The gradient passes where the output is positive, as in PyTorch: not at 0. */
  private static void reluGradient(float[] ofOutput, float[] y, float[] ofInput, int n) {
    for (int j = 0; j < n; j++) {
      ofInput[j] = y[j] > 0f ? ofOutput[j] : 0f;
    }
  }

  private static void tanhGradient(float[] ofOutput, float[] y, float[] ofInput, int n) {
    for (int j = 0; j < n; j++) {
      ofInput[j] = ofOutput[j] * (1f - y[j] * y[j]);
    }
  }

  private static void sigmoidGradient(float[] ofOutput, float[] y, float[] ofInput, int n) {
    for (int j = 0; j < n; j++) {
      ofInput[j] = ofOutput[j] * (y[j] * (1f - y[j]));
    }
  }
}
