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

  /**
   * Shuffles and divides the rows of a data set.
   *
   * @param mostRows to train on, the coordinator's among them
   */
  static Roles of(Dataset dataset, int mostRows, Recipe.Amounts amounts, long seed) {
    Examples shuffled = shuffled(dataset.train(), mostRows, "roles", seed);
    int open = shuffled.size() / amounts.openPart();
    return new Roles(
        shuffled.range(open, shuffled.size()),
        withoutLabels(shuffled.range(0, open)),
        dataset.test().size() <= amounts.testRows()
            ? dataset.test()
            : shuffled(dataset.test(), amounts.testRows(), "test", seed));
  }

  private static Examples shuffled(Examples rows, int most, String purpose, long seed) {
    int[] order = SeededRandom.of(seed, purpose).permutation(rows.size());
    return rows.subset(Arrays.copyOf(order, Math.min(rows.size(), most)));
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
