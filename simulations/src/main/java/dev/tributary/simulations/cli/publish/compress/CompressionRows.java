package dev.tributary.simulations.cli.publish.compress;

import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.runtime.Examples;
import dev.tributary.simulations.cli.operator.CommandFailedException;
import dev.tributary.simulations.data.Dataset;
import dev.tributary.simulations.data.SeededRandom;
import dev.tributary.simulations.scenario.Scenario;
import java.util.Arrays;
import java.util.List;

/**
 * What artifacts are made with, and apart from it what they are measured on.
 *
 * @param name of the data set
 * @param training rows in an order that says nothing
 * @param test rows
 * @param classNames one name a class
 */
record CompressionRows(String name, Examples training, Examples test, List<String> classNames) {

  /** Generated data has so many styles of writing. */
  private static final int WRITERS = 100;

  /**
   * Loads the rows that {@code --data} names.
   *
   * @param mostRows to train on
   * @throws CommandFailedException when they are not what the network takes
   */
  static CompressionRows load(String words, ModelSpec spec, int mostRows, long seed) {
    Dataset dataset = Scenario.data("--data", words).load(WRITERS, seed);
    if (dataset.inputShape().elements() != spec.input().elements()
        || dataset.classes() != spec.classes()) {
      throw CommandFailedException.wrongUsage(
          "--data %s: expected rows of %d values and %d classes, as the version's network takes, got %d and %d"
              .formatted(
                  words,
                  spec.input().elements(),
                  spec.classes(),
                  dataset.inputShape().elements(),
                  dataset.classes()));
    }
    int[] order = SeededRandom.of(seed, "compress").permutation(dataset.train().size());
    int[] kept = Arrays.copyOf(order, Math.min(order.length, mostRows));
    return new CompressionRows(
        dataset.name(), dataset.train().subset(kept), dataset.test(), dataset.classNames());
  }

  /** Rows that say nothing, for measuring how long a call takes. */
  static Examples blank(ModelSpec spec, int count) {
    int size = spec.input().elements();
    return Examples.of(new float[Math.multiplyExact(count, size)], size, new int[count]);
  }
}
