package dev.tributary.simulations.cli.device;

import dev.tributary.aggregation.runtime.Examples;
import dev.tributary.simulations.data.Dataset;
import dev.tributary.simulations.data.UnusableDataException;
import dev.tributary.simulations.data.source.DataSource;
import dev.tributary.simulations.data.strokes.StrokesParameters;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What one device trains on and what it evaluates on.
 *
 * @param training rows to learn from
 * @param heldOut rows to evaluate on
 */
record DeviceExamples(Examples training, Examples heldOut) {

  private static final int EXAMPLES = 100;
  private static final int HELD_OUT = 100;
  private static final int IMAGE_SIZE = 28;
  private static final double HELD_OUT_FRACTION = 0.2;
  private static final String FORMS = "strokes=SEED:DEVICE, csv=FILE or mnist=DIR";

  /**
   * The examples that {@code --data} names.
   *
   * @param labelColumn for csv: the column with the class
   * @param classes for csv: all classes of the model, in its order; empty when labels are the
   *     numbers 0, 1, 2...
   * @param share for mnist: which part of the rows, as I/N
   * @throws UnusableDataException when there is no such data
   */
  static DeviceExamples read(
      String data, String labelColumn, List<String> classes, Optional<String> share) {
    int equals = data.indexOf('=');
    if (equals < 1 || equals == data.length() - 1) {
      throw new UnusableDataException("--data: expected " + FORMS + ", found '" + data + "'");
    }
    String value = data.substring(equals + 1);
    return switch (data.substring(0, equals)) {
      case "strokes" -> strokes(value);
      case "csv" -> csv(Path.of(value), labelColumn, classes);
      case "mnist" -> mnist(Path.of(value), share);
      default ->
          throw new UnusableDataException("--data: expected " + FORMS + ", found '" + data + "'");
    };
  }

  private static DeviceExamples strokes(String value) {
    long[] numbers = numbers("strokes", value, ':', "SEED:DEVICE");
    int device = Math.toIntExact(numbers[1]);
    Dataset all =
        new DataSource.Strokes(new StrokesParameters(EXAMPLES, HELD_OUT, IMAGE_SIZE))
            .load(device + 1, numbers[0]);
    int[] owner = all.naturalDevice().orElseThrow();
    int[] own = IntStream.range(0, owner.length).filter(row -> owner[row] == device).toArray();
    return new DeviceExamples(all.train().subset(own), all.test());
  }

  private static DeviceExamples mnist(Path directory, Optional<String> share) {
    Dataset all = new DataSource.Mnist(directory).load(1, 0);
    if (share.isEmpty()) {
      return new DeviceExamples(all.train(), all.test());
    }
    long[] part = numbers("--share", share.get(), '/', "I/N with I from 0 to N - 1");
    if (part[0] >= part[1]) {
      throw new UnusableDataException(
          "--share: expected I/N with I from 0 to N - 1, found '" + share.get() + "'");
    }
    int first = Math.toIntExact(part[0]);
    int parts = Math.toIntExact(part[1]);
    int[] own =
        IntStream.range(0, all.train().size()).filter(row -> row % parts == first).toArray();
    return new DeviceExamples(all.train().subset(own), all.test());
  }

  private static DeviceExamples csv(Path file, String labelColumn, List<String> classes) {
    Dataset table =
        new DataSource.Csv(
                file, Optional.empty(), labelColumn, Optional.empty(), HELD_OUT_FRACTION, false)
            .load(1, 0);
    int[] classOf = classNumbers(file, table.classNames(), classes);
    return new DeviceExamples(
        relabelled(table.train(), classOf), relabelled(table.test(), classOf));
  }

  /**
   * A device may lack some classes, so the numbers of its labels must not follow from the labels
   * that it has.
   */
  private static int[] classNumbers(Path file, List<String> present, List<String> classes) {
    return present.stream()
        .mapToInt(
            name -> {
              int number =
                  classes.isEmpty() && name.matches("\\d{1,5}")
                      ? Integer.parseInt(name)
                      : classes.indexOf(name);
              if (number < 0) {
                throw new UnusableDataException(
                    file
                        + ": label '"
                        + name
                        + "' is "
                        + (classes.isEmpty()
                            ? "not a class number: name the model's classes with --classes A,B,..."
                            : "not among --classes " + String.join(",", classes)));
              }
              return number;
            })
        .toArray();
  }

  private static Examples relabelled(Examples examples, int[] classOf) {
    int width = examples.featureSize();
    float[] features = new float[examples.size() * width];
    int[] labels = new int[examples.size()];
    for (int row = 0; row < labels.length; row++) {
      examples.copyFeatures(row, features, row * width);
      labels[row] = classOf[examples.label(row)];
    }
    return Examples.of(features, width, labels);
  }

  private static long[] numbers(String what, String value, char between, String form) {
    int cut = value.indexOf(between);
    String first = cut < 0 ? "" : value.substring(0, cut);
    String second = cut < 0 ? "" : value.substring(cut + 1);
    if (!first.matches("\\d{1,9}") || !second.matches("\\d{1,9}")) {
      throw new UnusableDataException(what + ": expected " + form + ", found '" + value + "'");
    }
    return new long[] {Long.parseLong(first), Long.parseLong(second)};
  }
}
