package dev.tributary.simulations.data.source;

import dev.tributary.aggregation.model.layer.Shape;
import dev.tributary.aggregation.runtime.Examples;
import dev.tributary.simulations.data.Dataset;
import dev.tributary.simulations.data.SeededRandom;
import dev.tributary.simulations.data.UnusableDataException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * A table as a data set: every column but the label and the device is a feature and must hold
 * finite numbers. Labels are numbered in the order of their text (numbers before words, by value);
 * devices in the order of their first row.
 */
final class CsvDataset {

  private CsvDataset() {}

  static Dataset load(DataSource.Csv source, long seed) {
    CsvTable table = CsvTable.read(existing(source.file()));
    CsvTable other = source.testFile().map(file -> CsvTable.read(existing(file))).orElse(table);
    if (!other.columns().equals(table.columns())) {
      throw new UnusableDataException(
          other.path()
              + ": expected the columns of "
              + table.path()
              + " "
              + table.columns()
              + ", found "
              + other.columns());
    }
    int labelColumn = table.column(source.labelColumn());
    Optional<Integer> deviceColumn = source.deviceColumn().map(table::column);
    int[] featureColumns =
        IntStream.range(0, table.columns().size())
            .filter(column -> column != labelColumn && column != deviceColumn.orElse(-1))
            .toArray();
    if (featureColumns.length == 0) {
      throw new UnusableDataException(
          table.path()
              + ": expected at least one column besides label and device, found "
              + table.columns());
    }
    if (other == table) {
      requireRows(table, 2, "one to train and one to test on");
    } else {
      requireRows(table, 1, "to train on");
      requireRows(other, 1, "to test on");
    }
    List<String> classNames = classNames(table, labelColumn);
    List<Integer> train = new ArrayList<>();
    List<Integer> test = new ArrayList<>();
    split(table, other, source.testFraction(), seed, train, test);
    float[] trainFeatures = features(table, featureColumns, train);
    float[] testFeatures = features(other, featureColumns, test);
    if (source.standardize()) {
      Standardizer.fitted(trainFeatures, featureColumns.length)
          .apply(trainFeatures)
          .apply(testFeatures);
    }
    return new Dataset(
        source.name(),
        Examples.of(
            trainFeatures, featureColumns.length, labels(table, labelColumn, train, classNames)),
        Examples.of(
            testFeatures, featureColumns.length, labels(other, labelColumn, test, classNames)),
        classNames.size(),
        Shape.of(featureColumns.length),
        deviceColumn.map(column -> devices(table, column, train)),
        classNames);
  }

  private static void requireRows(CsvTable table, int least, String use) {
    if (table.rows() < least) {
      throw new UnusableDataException(
          table.path()
              + ": expected at least "
              + least
              + (least == 1 ? " row" : " rows")
              + " below the header, "
              + use
              + "; found "
              + table.rows());
    }
  }

  private static Path existing(Path file) {
    Path directory = file.toAbsolutePath().getParent();
    return DataFiles.firstExisting(
        directory == null ? file.toAbsolutePath() : directory,
        "data.file and data.testFile name CSV files with a header line",
        String.valueOf(file.getFileName()));
  }

  private static void split(
      CsvTable table,
      CsvTable other,
      double testFraction,
      long seed,
      List<Integer> train,
      List<Integer> test) {
    if (other != table) {
      IntStream.range(0, table.rows()).forEach(train::add);
      IntStream.range(0, other.rows()).forEach(test::add);
      return;
    }
    int[] order = SeededRandom.of(seed, "csv test rows").permutation(table.rows());
    int testRows =
        Math.clamp(Math.round(testFraction * table.rows()), 1, Math.max(1, table.rows() - 1));
    Arrays.stream(order, 0, testRows).sorted().forEach(test::add);
    Arrays.stream(order, testRows, order.length).sorted().forEach(train::add);
  }

  private static List<String> classNames(CsvTable table, int labelColumn) {
    TreeSet<String> names = new TreeSet<>(CsvDataset::compareLabels);
    for (int row = 0; row < table.rows(); row++) {
      names.add(table.text(row, labelColumn));
    }
    return List.copyOf(names);
  }

  private static int compareLabels(String a, String b) {
    boolean numberA = a.matches("-?\\d{1,18}");
    boolean numberB = b.matches("-?\\d{1,18}");
    if (numberA && numberB && Long.parseLong(a) != Long.parseLong(b)) {
      return Long.compare(Long.parseLong(a), Long.parseLong(b));
    }
    return numberA != numberB ? Boolean.compare(numberB, numberA) : a.compareTo(b);
  }

  private static int[] labels(
      CsvTable table, int labelColumn, List<Integer> rows, List<String> classNames) {
    Map<String, Integer> numbers = new LinkedHashMap<>();
    classNames.forEach(name -> numbers.put(name, numbers.size()));
    return rows.stream()
        .mapToInt(
            row -> {
              Integer number = numbers.get(table.text(row, labelColumn));
              if (number == null) {
                throw new UnusableDataException(
                    table.place(row, labelColumn)
                        + ": expected a label of the training rows "
                        + classNames
                        + ", found "
                        + table.text(row, labelColumn));
              }
              return number;
            })
        .toArray();
  }

  private static int[] devices(CsvTable table, int deviceColumn, List<Integer> rows) {
    Map<String, Integer> numbers = new LinkedHashMap<>();
    return rows.stream()
        .mapToInt(
            row -> {
              numbers.putIfAbsent(table.text(row, deviceColumn), numbers.size());
              return numbers.getOrDefault(table.text(row, deviceColumn), 0);
            })
        .toArray();
  }

  private static float[] features(CsvTable table, int[] columns, List<Integer> rows) {
    float[] features = new float[Math.multiplyExact(rows.size(), columns.length)];
    int next = 0;
    for (int row : rows) {
      for (int column : columns) {
        features[next++] = table.number(row, column);
      }
    }
    return features;
  }
}
