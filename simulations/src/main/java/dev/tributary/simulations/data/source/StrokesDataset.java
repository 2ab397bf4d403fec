package dev.tributary.simulations.data.source;

import dev.tributary.aggregation.model.layer.Shape;
import dev.tributary.aggregation.runtime.Examples;
import dev.tributary.simulations.data.Dataset;
import dev.tributary.simulations.data.SeededRandom;
import dev.tributary.simulations.data.strokes.StrokesParameters;
import dev.tributary.simulations.data.strokes.Writer;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Generated digits as a data set: writer {@code d} is natural device {@code d} and writes every
 * digit about equally often. The test rows are written by others, as many as there are devices, so
 * accuracy says how well new hands are read.
 */
final class StrokesDataset {

  private StrokesDataset() {}

  static Dataset generate(StrokesParameters parameters, int devices, long seed) {
    int perDevice = parameters.examplesPerDevice();
    int train = Math.multiplyExact(devices, perDevice);
    int size = parameters.imageSize();
    return new Dataset(
        "strokes",
        written(seed, "train", train, devices, size),
        written(
            seed,
            "test",
            parameters.testExamples(),
            Math.min(devices, parameters.testExamples()),
            size),
        Writer.digits(),
        Shape.of(1, size, size),
        Optional.of(IntStream.range(0, train).map(row -> row / perDevice).toArray()),
        IntStream.range(0, Writer.digits()).mapToObj(Integer::toString).toList());
  }

  /** Glyphs by several writers, one after another, each writing about as many. */
  private static Examples written(long seed, String group, int count, int writers, int size) {
    int pixels = size * size;
    float[] images = new float[Math.multiplyExact(count, pixels)];
    int[] digits = new int[count];
    IntStream.range(0, writers)
        .parallel()
        .forEach(
            number -> {
              Writer writer = Writer.of(seed, group, number);
              int from = (int) ((long) count * number / writers);
              int until = (int) ((long) count * (number + 1) / writers);
              int[] order =
                  SeededRandom.of(seed, "order " + group, number).permutation(until - from);
              for (int row = from; row < until; row++) {
                digits[row] = order[row - from] % Writer.digits();
                writer.draw(digits[row], images, row * pixels, size);
              }
            });
    return Examples.of(images, pixels, digits);
  }
}
