package dev.tributary.aggregation.runtime;

import dev.tributary.aggregation.model.ModelSpec;

/**
 * A network with its buffers, ready to train, evaluate and predict. It holds no weights between
 * calls. Used by one platform thread at a time (never an event loop); several instances on several
 * threads do not disturb each other: the results of each are, bit for bit, those it would have had
 * alone.
 *
 * <p>Every method throws {@link IllegalArgumentException} when weights or examples do not fit the
 * specification (length, features an example, a label not below the number of classes, a token not
 * in the vocabulary), {@link IllegalStateException} once closed, and {@link
 * java.util.concurrent.CancellationException} when the calling thread is interrupted, at the next
 * step or batch; its flag stays set.
 */
public interface LocalModel extends AutoCloseable {
  /** What network this is. */
  ModelSpec spec();

  /**
   * Trains.
   *
   * @param weights in: where to start; out: trained; flat in layout order, {@code [parameters]}
   * @param examples what to train on; without examples the weights stay as they are
   * @param parameters epochs, batch size, learning rate, momentum
   * @param seed decides the order of the examples and nothing else: the same seed gives the same
   *     order in every runtime
   * @throws java.util.concurrent.CancellationException when the calling thread is interrupted; what
   *     {@code weights} hold is then not to be used
   */
  TrainingOutcome train(
      float[] weights, Examples examples, TrainingParameters parameters, long seed);

  /**
   * Trains towards the outputs of another network instead of labels: minimises {@code T^2 KL(p ||
   * q)} averaged over a batch, where p and q are the softmax (the sigmoid, with one output) of the
   * teacher's and of this network's values divided by the temperature T. The factor keeps the size
   * of the gradient when T changes (Hinton, Vinyals, Dean: "Distilling the knowledge in a neural
   * network", 2015).
   *
   * @param weights in: where to start; out: trained; flat in layout order, {@code [parameters]}
   * @param examples what the teacher has seen; their labels do not matter
   * @param targets the teacher's values for these examples, and the temperature
   * @param parameters epochs, batch size, learning rate, momentum
   * @param seed decides the order of the examples, as in {@link #train}
   * @return the mean loss is that of the divergence, T^2 included
   * @throws IllegalArgumentException also when there are not {@code spec.outputs()} targets an
   *     example
   * @throws java.util.concurrent.CancellationException when the calling thread is interrupted; what
   *     {@code weights} hold is then not to be used
   */
  TrainingOutcome distill(
      float[] weights,
      Examples examples,
      SoftTargets targets,
      TrainingParameters parameters,
      long seed);

  /** Loss and confusion matrix over the examples; leaves the weights alone. */
  Evaluation evaluate(float[] weights, Examples examples);

  /**
   * The network's values before softmax or sigmoid, row-major {@code
   * [examples.size()][spec.outputs()]}.
   */
  float[] predict(float[] weights, Examples examples);

  /** Releases everything, native memory included; a second call does nothing. */
  @Override
  void close();
}
