package dev.tributary.aggregation.runtime.network;

/** One step of the network: a dense layer or an element-wise function, between two sets of rows. */
interface Stage {
  /** Computes the stage's output rows {@code [0, count)} from its input rows. */
  void forward(int count);

  /** Turns the gradients of the output rows {@code [0, count)} into those of the input rows. */
  void backward(int count);

  /** Moves the stage's weights against the gradient of the last {@link #backward}. */
  void step(int count, float learningRate, float momentum);
}
