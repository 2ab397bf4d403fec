package dev.tributary.simulations.data;

import dev.tributary.aggregation.model.layer.Shape;
import dev.tributary.aggregation.runtime.Examples;
import dev.tributary.simulations.data.strokes.StrokesParameters;
import java.util.Optional;
import java.util.stream.IntStream;

/** The generated digits as a data set: writer {@code d} is natural device {@code d}. */
final class StrokesDataset {
  private static final int CLASSES = 10;

  private StrokesDataset() {}

  static Dataset generate(StrokesParameters parameters, int devices, long seed) {
    int pixels = parameters.imageSize() * parameters.imageSize();
    int train = Math.multiplyExact(devices, parameters.examplesPerDevice());
    SeededRandom random = SeededRandom.of(seed, "strokes");
    return new Dataset(
        "strokes",
        examples(train, pixels, random),
        examples(parameters.testExamples(), pixels, random),
        CLASSES,
        Shape.of(1, parameters.imageSize(), parameters.imageSize()),
        Optional.of(IntStream.range(0, train).map(row -> row / parameters.examplesPerDevice()).toArray()),
        IntStream.range(0, CLASSES).mapToObj(Integer::toString).toList());
  }

  private static Examples examples(int count, int pixels, SeededRandom random) {
    float[] features = new float[Math.multiplyExact(count, pixels)];
    int[] labels = new int[count];
    for (int row = 0; row < count; row++) {
      labels[row] = random.below(CLASSES);
      features[row * pixels + labels[row]] = 1;
    }
    return Examples.of(features, pixels, labels);
  }
}
