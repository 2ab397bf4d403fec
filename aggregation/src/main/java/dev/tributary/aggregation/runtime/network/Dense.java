package dev.tributary.aggregation.runtime.network;

import java.util.Arrays;

/**
 * An affine layer {@code y = W x + b}. Keeps W as {@code [in][out]} for the way forward and, unless
 * it is the first layer, a second copy as {@code [out][in]} for the way back, so that both are axpy
 * loops. The copies are moved by the same products added in the same order: they stay equal bit for
 * bit (tested).
 */
final class Dense implements Stage {
  private static final Axpy AXPY = Axpy.CHOSEN;

  private final Rows input;
  private final Rows output;
  private final boolean first;
  private final Matrix byInput;
  private final Matrix byOutput;
  private final float[] bias;
  private final float[] biasVelocity;
  private final int length;

  Dense(Rows input, Rows output, boolean first) {
    this.input = input;
    this.output = output;
    this.first = first;
    this.byInput = new Matrix(input.size(), output.size());
    this.byOutput = first ? new Matrix(1, 1) : new Matrix(output.size(), input.size());
    this.bias = new float[Axpy.padded(output.size())];
    this.length = AXPY.length(output.size());
    this.biasVelocity = new float[bias.length];
  }

  /** How many weights the layer has, bias included. */
  int parameters() {
    return input.size() * output.size() + output.size();
  }

  /**
   * Takes weight {@code [out][in]} and bias {@code [out]} from flat weights; forgets the velocity.
   */
  void load(float[] flat, int offset, boolean withMomentum) {
    int in = input.size();
    int out = output.size();
    Transpose.load(flat, offset, byInput.weights(), in, out);
    if (!first) {
      for (int j = 0; j < out; j++) {
        System.arraycopy(flat, offset + j * in, byOutput.weights()[j], 0, in);
      }
    }
    System.arraycopy(flat, offset + in * out, bias, 0, out);
    if (withMomentum) {
      byInput.resetVelocity();
      byOutput.resetVelocity();
      Arrays.fill(biasVelocity, 0f);
    }
  }

  /** Puts weight and bias back into flat weights. */
  void store(float[] flat, int offset) {
    Transpose.store(byInput.weights(), flat, offset, input.size(), output.size());
    System.arraycopy(bias, 0, flat, offset + input.size() * output.size(), output.size());
  }

  @Override
  public void forward(int count) {
    for (int b = 0; b < count; b++) {
      System.arraycopy(bias, 0, output.values()[b], 0, bias.length);
    }
    byInput.multiplyAdd(input.values(), output.values(), count);
  }

  @Override
  public void backward(int count) {
    if (first) {
      return;
    }
    for (int b = 0; b < count; b++) {
      Arrays.fill(input.gradients()[b], 0f);
    }
    byOutput.multiplyAdd(output.gradients(), input.gradients(), count);
  }

  /** Scales the output gradients by minus the learning rate in place: nothing reads them after. */
  @Override
  public void step(int count, float learningRate, float momentum) {
    float[][] gradients = output.gradients();
    for (int b = 0; b < count; b++) {
      AXPY.scale(gradients[b], -learningRate, length);
    }
    if (momentum == 0) {
      byInput.addOuterProducts(input.values(), gradients, count);
      addAll(bias, gradients, count);
    } else {
      byInput.addOuterProducts(input.values(), gradients, count, momentum);
      AXPY.scale(biasVelocity, momentum, length);
      addAll(biasVelocity, gradients, count);
      AXPY.add1(bias, 1f, biasVelocity, length);
    }
    if (!first) {
      stepCopy(count, momentum);
    }
  }

  private void stepCopy(int count, float momentum) {
    if (momentum == 0) {
      byOutput.addOuterProducts(output.gradients(), input.values(), count);
    } else {
      byOutput.addOuterProducts(output.gradients(), input.values(), count, momentum);
    }
  }

  private void addAll(float[] sum, float[][] rows, int count) {
    for (int b = 0; b < count; b++) {
      AXPY.add1(sum, 1f, rows[b], length);
    }
  }

  /** Whether the two copies of W agree bit for bit: an invariant, checked by tests. */
  boolean copiesAgree() {
    for (int k = 0; !first && k < input.size(); k++) {
      for (int j = 0; j < output.size(); j++) {
        if (byInput.weights()[k][j] != byOutput.weights()[j][k]) {
          return false;
        }
      }
    }
    return true;
  }
}
