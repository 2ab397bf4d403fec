package dev.tributary.simulations.data;

import dev.tributary.aggregation.model.layer.Shape;
import dev.tributary.aggregation.runtime.Examples;
import java.util.Optional;
import java.util.stream.IntStream;

/** Small data sets for tests: one feature a row, its own number. */
final class Rows {

  private Rows() {}

  /** Rows whose labels go 0, 1, ..., classes - 1, 0, 1... */
  static Dataset of(int count, int classes) {
    return of(count, classes, Optional.empty());
  }

  static Dataset of(int count, int classes, Optional<int[]> naturalDevice) {
    float[] features = new float[count];
    int[] labels = new int[count];
    for (int row = 0; row < count; row++) {
      features[row] = row;
      labels[row] = row % classes;
    }
    Examples examples = Examples.of(features, 1, labels);
    return new Dataset(
        "rows",
        examples,
        examples,
        classes,
        Shape.of(1),
        naturalDevice,
        IntStream.range(0, classes).mapToObj(Integer::toString).toList());
  }
}
