package dev.tributary.client.model.artifact;

import dev.tributary.aggregation.runtime.Examples;

/** A network with its weights, ready to answer. Used by one thread at a time. */
public interface Network extends AutoCloseable {

  /**
   * The network's values before softmax or sigmoid, row-major {@code [examples][outputs]}; owned by
   * the caller.
   *
   * @throws IllegalArgumentException when the examples do not fit the model
   * @throws java.util.concurrent.CancellationException when the calling thread is interrupted; its
   *     flag stays set
   */
  float[] predict(Examples examples);

  /** Frees what is its own, and nothing of the model that it is of. */
  @Override
  void close();
}
