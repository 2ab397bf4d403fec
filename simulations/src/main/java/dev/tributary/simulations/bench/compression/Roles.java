package dev.tributary.simulations.bench.compression;

import dev.tributary.aggregation.runtime.Examples;
import dev.tributary.simulations.data.Dataset;
import dev.tributary.simulations.data.SeededRandom;
import java.util.Arrays;

/**
 * Who has which rows.
 *
 * @param devices what the model is trained on, and tuned on after pruning
 * @param open what the coordinator has, without labels: for calibration and distillation
 * @param test what accuracy is measured on
 */
record Roles(Examples devices, Examples open, Examples test) {

  private static final int OPEN_SHARE = 6; // a sixth: 10 000 of MNIST's 60 000

  /** Shuffles and divides the rows of a data set, at most so many training rows of it. */
  static Roles of(Dataset dataset, int mostRows, long seed) {
    int rows = dataset.train().size();
    int[] order = SeededRandom.of(seed, "roles").permutation(rows);
    Examples shuffled = dataset.train().subset(Arrays.copyOf(order, Math.min(rows, mostRows)));
    int open = shuffled.size() / OPEN_SHARE;
    return new Roles(
        shuffled.range(open, shuffled.size()),
        withoutLabels(shuffled.range(0, open)),
        dataset.test());
  }

  private static Examples withoutLabels(Examples labelled) {
    int size = labelled.featureSize();
    float[] features = new float[labelled.size() * size];
    for (int row = 0; row < labelled.size(); row++) {
      labelled.copyFeatures(row, features, row * size);
    }
    return Examples.of(features, size, new int[labelled.size()]);
  }
}
