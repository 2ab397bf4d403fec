package dev.tributary.simulations.bench.compression;

import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.model.layer.Shape;
import dev.tributary.aggregation.runtime.Examples;
import dev.tributary.aggregation.runtime.TrainingParameters;

/**
 * A piece of training.
 *
 * @param share of the rows that are used, the first ones, in (0, 1]
 * @param lastSteps how many steps at the end of a row of tokens are shown: the weights of a
 *     recurrent network do not depend on that, its cost does, and the last steps tell most
 */
record Lesson(TrainingParameters parameters, double share, int lastSteps) {

  private static final int BATCH = 32;
  private static final float MOMENTUM = 0.9f;

  /** On all rows, as they are. */
  static Lesson of(int epochs, double learningRate) {
    return new Lesson(
        new TrainingParameters(epochs, BATCH, (float) learningRate, MOMENTUM),
        1,
        Integer.MAX_VALUE);
  }

  /** The same on the first rows only. */
  Lesson onShare(double less) {
    return new Lesson(parameters, less, lastSteps);
  }

  /** The same on the ends of rows. */
  Lesson onLastSteps(int steps) {
    return new Lesson(parameters, share, steps);
  }

  /** What it is, for people who wait. */
  @Override
  public String toString() {
    return parameters.epochs()
        + " epochs at learning rate "
        + parameters.learningRate()
        + (share < 1 ? " on a part of the rows" : "")
        + (lastSteps < Integer.MAX_VALUE ? " on their last " + lastSteps + " steps" : "");
  }

  /** The rows of this lesson. */
  Examples rows(Examples all) {
    Examples some = all.range(0, (int) (share * all.size()));
    int size = some.featureSize();
    if (lastSteps >= size) {
      return some;
    }
    float[] ends = new float[some.size() * lastSteps];
    int[] labels = new int[some.size()];
    float[] row = new float[size];
    for (int i = 0; i < labels.length; i++) {
      some.copyFeatures(i, row, 0);
      System.arraycopy(row, size - lastSteps, ends, i * lastSteps, lastSteps);
      labels[i] = some.label(i);
    }
    return Examples.of(ends, lastSteps, labels);
  }

  /** The network that takes these rows; its weights are those of the one given. */
  ModelSpec spec(ModelSpec whole) {
    return lastSteps >= whole.input().elements()
        ? whole
        : new ModelSpec(Shape.of(lastSteps), whole.layers(), whole.loss(), whole.classes());
  }
}
