package dev.tributary.aggregation.runtime.step;

import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.model.layer.Embedding;
import dev.tributary.aggregation.runtime.Examples;
import dev.tributary.aggregation.runtime.SoftTargets;
import java.util.concurrent.CancellationException;

/**
 * What every runtime checks before it computes: that weights and examples fit the specification.
 */
public final class CallChecks {
  private final ModelSpec spec;
  private final int parameters;
  private final int featureSize;
  private final int vocabulary;

  /** The checks of one specification. */
  public CallChecks(ModelSpec spec) {
    this.spec = spec;
    this.parameters = spec.layout().dimension();
    this.featureSize = spec.input().elements();
    this.vocabulary =
        spec.layers().get(0) instanceof Embedding embedding ? embedding.vocabulary() : 0;
  }

  /**
   * Checks one call.
   *
   * @param labelled whether the labels matter
   * @throws IllegalArgumentException naming what does not fit, the expected and the actual
   */
  public void check(float[] weights, Examples examples, boolean labelled) {
    if (weights.length != parameters) {
      throw new IllegalArgumentException(
          "the model has "
              + parameters
              + " parameters, but there are "
              + weights.length
              + " weights");
    }
    check(examples);
    for (int row = 0; labelled && row < examples.size(); row++) {
      if (examples.label(row) >= spec.classes()) {
        throw new IllegalArgumentException(
            "the label of example "
                + row
                + " is "
                + examples.label(row)
                + ", but the model tells "
                + spec.classes()
                + " classes apart");
      }
    }
  }

  /**
   * Checks that features fit, whoever has the weights.
   *
   * @throws IllegalArgumentException naming what does not fit, the expected and the actual
   */
  public void check(Examples examples) {
    if (examples.featureSize() != featureSize) {
      throw new IllegalArgumentException(
          "the model takes "
              + featureSize
              + " features an example (shape "
              + spec.input()
              + "), but the examples have "
              + examples.featureSize());
    }
    for (int row = 0; vocabulary > 0 && row < examples.size(); row++) {
      checkTokens(examples, row);
    }
  }

  /**
   * Checks that there is a value of the teacher for each output of each example.
   *
   * @throws IllegalArgumentException when there is not
   */
  public void check(SoftTargets targets, Examples examples) {
    long expected = (long) examples.size() * spec.outputs();
    if (targets.outputs().length != expected) {
      throw new IllegalArgumentException(
          examples.size()
              + " examples of a model with "
              + spec.outputs()
              + " outputs need "
              + expected
              + " soft targets, but there are "
              + targets.outputs().length);
    }
  }

  private void checkTokens(Examples examples, int row) {
    for (int step = 0; step < featureSize; step++) {
      float token = examples.feature(row, step);
      if (!(token >= 0 && token < vocabulary) || token != (int) token) {
        throw new IllegalArgumentException(
            "token "
                + step
                + " of example "
                + row
                + " is "
                + token
                + "; the vocabulary has the whole numbers from 0 to "
                + (vocabulary - 1));
      }
    }
  }

  /**
   * What a call asks before each step or batch: a device that is closed must not finish its epochs
   * or its examples first.
   *
   * @throws CancellationException when the calling thread is interrupted; the flag stays set
   */
  public static void stopIfInterrupted() {
    if (Thread.currentThread().isInterrupted()) {
      throw new CancellationException("the computation was interrupted");
    }
  }
}
