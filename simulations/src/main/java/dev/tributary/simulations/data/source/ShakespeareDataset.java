package dev.tributary.simulations.data.source;

import dev.tributary.aggregation.model.layer.Shape;
import dev.tributary.aggregation.runtime.Examples;
import dev.tributary.simulations.data.Dataset;
import dev.tributary.simulations.data.UnusableDataException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Next-character prediction on plays, a device a speaking part, after LEAF (Caldas et al., 2018)
 * and section 3 of the FedAvg paper: the lines of a part, one after another, are a text of its own;
 * a row is {@code sequenceLength} characters as token numbers and its label the character that
 * follows. The first four fifths of each part's text are trained on, the rest is tested on; no row
 * reaches over the cut. The vocabulary is every character of the file, in code point order.
 *
 * <p>The file is paragraphs parted by blank lines: a name and a colon, then the part's lines.
 */
final class ShakespeareDataset {

  private static final String FILE = "input.txt";
  private static final String ADVICE =
      "download"
          + " https://raw.githubusercontent.com/karpathy/char-rnn/master/data/tinyshakespeare/input.txt"
          + " into that directory";
  private static final double TRAIN_FRACTION = 0.8;

  private final DataSource.Shakespeare source;
  private final int[] vocabulary;

  private ShakespeareDataset(DataSource.Shakespeare source, int[] vocabulary) {
    this.source = source;
    this.vocabulary = vocabulary;
  }

  static Dataset load(DataSource.Shakespeare source) {
    Path file = DataFiles.firstExisting(source.directory(), ADVICE, FILE);
    String text = DataFiles.text(file);
    int[] vocabulary = text.codePoints().distinct().sorted().toArray();
    List<String> parts = List.copyOf(parts(file, text).values());
    return new ShakespeareDataset(source, vocabulary).of(file, parts);
  }

  /** What each part says, by name, in the order of first appearance. */
  private static Map<String, String> parts(Path file, String text) {
    Map<String, StringBuilder> lines = new LinkedHashMap<>();
    String[] paragraphs = text.strip().split("\\R\\s*\\R", -1);
    for (String paragraph : paragraphs) {
      String[] headAndBody = paragraph.strip().split("\\R", 2);
      if (headAndBody.length == 2 && headAndBody[0].endsWith(":")) {
        lines
            .computeIfAbsent(
                headAndBody[0].substring(0, headAndBody[0].length() - 1),
                name -> new StringBuilder())
            .append(headAndBody[1])
            .append('\n');
      }
    }
    if (lines.isEmpty()) {
      throw new UnusableDataException(
          file
              + ": expected paragraphs of a name, a colon and lines, found none in "
              + text.length()
              + " characters");
    }
    Map<String, String> parts = new LinkedHashMap<>();
    lines.forEach((name, said) -> parts.put(name, said.toString()));
    return parts;
  }

  private Dataset of(Path file, List<String> parts) {
    List<int[]> trainTexts = new ArrayList<>();
    List<int[]> testTexts = new ArrayList<>();
    for (String part : parts) {
      int[] tokens = part.codePoints().map(c -> Arrays.binarySearch(vocabulary, c)).toArray();
      int cut = (int) (TRAIN_FRACTION * tokens.length);
      int[] train = Arrays.copyOfRange(tokens, 0, cut);
      if (rows(train) >= source.minimumExamples()) {
        trainTexts.add(train);
        testTexts.add(Arrays.copyOfRange(tokens, cut, tokens.length));
      }
    }
    if (trainTexts.isEmpty()) {
      throw new UnusableDataException(
          file
              + ": expected a part with at least "
              + source.minimumExamples()
              + " rows of "
              + source.sequenceLength()
              + " characters, found none among "
              + parts.size()
              + " parts");
    }
    int[] devices =
        IntStream.range(0, trainTexts.size())
            .flatMap(part -> IntStream.generate(() -> part).limit(rows(trainTexts.get(part))))
            .toArray();
    return new Dataset(
        source.name(),
        examples(trainTexts),
        examples(testTexts),
        vocabulary.length,
        Shape.of(source.sequenceLength()),
        Optional.of(devices),
        Arrays.stream(vocabulary).mapToObj(ShakespeareDataset::name).toList());
  }

  private int rows(int[] text) {
    int starts = text.length - source.sequenceLength();
    return starts < 1 ? 0 : (starts - 1) / source.stride() + 1;
  }

  private Examples examples(List<int[]> texts) {
    int length = source.sequenceLength();
    int count = texts.stream().mapToInt(this::rows).sum();
    float[] features = new float[Math.multiplyExact(count, length)];
    int[] labels = new int[count];
    int row = 0;
    for (int[] text : texts) {
      for (int start = 0; start + length < text.length; start += source.stride()) {
        for (int i = 0; i < length; i++) {
          features[row * length + i] = text[start + i];
        }
        labels[row++] = text[start + length];
      }
    }
    return Examples.of(features, length, labels);
  }

  private static String name(int codePoint) {
    return switch (codePoint) {
      case '\n' -> "\u21b5";
      case ' ' -> "\u2423";
      default -> Character.toString(codePoint);
    };
  }
}
