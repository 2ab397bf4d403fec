package dev.tributary.aggregation.model;

import java.util.Collection;
import java.util.Comparator;
import java.util.stream.Collectors;

/**
 * Finds the known name a mistyped one was most likely meant to be, by the fewest inserted, removed
 * or replaced letters.
 */
public final class NearestName {
  private NearestName() {}

  /**
   * What follows "unknown name X": the nearest known name when it is near, and in any case all that
   * are known.
   */
  public static String suggestion(String unknown, Collection<String> known) {
    String all = known.stream().sorted().collect(Collectors.joining(", "));
    int near = Math.max(2, unknown.length() / 3);
    return known.stream()
        .sorted()
        .min(Comparator.comparingInt(name -> distance(unknown, name)))
        .filter(name -> distance(unknown, name) <= near)
        .map(name -> "; did you mean '" + name + "'? (known: " + all + ")")
        .orElse(known.isEmpty() ? "; there are none here" : "; known: " + all);
  }

  /** The edit distance of Levenshtein, in one row of the table. */
  private static int distance(String from, String to) {
    int[] row = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[to.length()];
  }
}
