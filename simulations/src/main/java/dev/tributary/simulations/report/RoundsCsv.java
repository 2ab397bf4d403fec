package dev.tributary.simulations.report;

import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;

/**
 * The rounds as a table for other programs: RFC 4180, full precision, an empty cell for what was
 * not measured.
 */
final class RoundsCsv {

  private static final List<String> COLUMNS =
      List.of(
          "round",
          "devices",
          "dropouts",
          "loss",
          "accuracy",
          "macroF1",
          "bytesUp",
          "bytesDown",
          "seconds");

  private RoundsCsv() {}

  static String of(RunRecord run) {
    StringBuilder csv = new StringBuilder(String.join(",", COLUMNS));
    for (String name : run.classNames()) {
      csv.append(',').append(quoted("f1 " + name));
    }
    csv.append("\r\n");
    for (RoundRow row : run.rounds()) {
      StringJoiner cells = new StringJoiner(",", "", "\r\n");
      cells
          .add(Integer.toString(row.round()))
          .add(Integer.toString(row.devices()))
          .add(Integer.toString(row.dropouts()))
          .add(number(row.loss()))
          .add(number(row.accuracy()))
          .add(number(row.macroF1()))
          .add(Long.toString(row.bytesUp()))
          .add(Long.toString(row.bytesDown()))
          .add(String.format(Locale.ROOT, "%.3f", row.seconds()));
      for (int label = 0; label < run.classNames().size(); label++) {
        cells.add(label < row.f1ByClass().length ? number(row.f1ByClass()[label]) : "");
      }
      csv.append(cells);
    }
    return csv.toString();
  }

  private static String number(double value) {
    return Double.isNaN(value) ? "" : Double.toString(value);
  }

  private static String quoted(String text) {
    return text.matches("[^\",\\r\\n]*") ? text : '"' + text.replace("\"", "\"\"") + '"';
  }
}
