package dev.tributary.aggregation.model;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Finds the known name that a mistyped one was most likely meant to be, by the fewest letters
 * inserted, removed, replaced or swapped with their neighbour, whatever their case. For error
 * messages.
 */
public final class NearestName {
  private NearestName() {}

  /**
   * The nearest known name, the first in the alphabet among equally near ones; empty when not even
   * it is near: further than two letters and than a third of them.
   */
  public static Optional<String> to(String unknown, Collection<String> known) {
    int near = Math.max(2, unknown.length() / 3);
    return known.stream()
        .sorted()
        .min(Comparator.comparingInt(name -> distance(unknown, name)))
        .filter(name -> distance(unknown, name) <= near);
  }

  /**
   * What follows "unknown name X": the nearest known name when it is near, and in any case all that
   * are known.
   */
  public static String suggestion(String unknown, Collection<String> known) {
    String all = known.stream().sorted().collect(Collectors.joining(", "));
    return to(unknown, known)
        .map(name -> "; did you mean '" + name + "'? (known: " + all + ")")
        .orElse(known.isEmpty() ? "; there are none here" : "; known: " + all);
  }

  /** The distance of optimal string alignment between the lower-case forms. */
  private static int distance(String one, String other) {
    String from = one.toLowerCase(Locale.ROOT);
    String to = other.toLowerCase(Locale.ROOT);
    int[][] cost = new int[from.length() + 1][to.length() + 1];
    for (int i = 0; i <= from.length(); i++) {
      for (int j = 0; j <= to.length(); j++) {
        cost[i][j] = i == 0 || j == 0 ? i + j : cheapest(from, to, cost, i, j);
      }
    }
    return cost[from.length()][to.length()];
  }

  private static int cheapest(String from, String to, int[][] cost, int i, int j) {
    char last = from.charAt(i - 1);
    int replaced = cost[i - 1][j - 1] + (last == to.charAt(j - 1) ? 0 : 1);
    int best = Math.min(replaced, 1 + Math.min(cost[i - 1][j], cost[i][j - 1]));
    boolean swapped =
        i > 1 && j > 1 && last == to.charAt(j - 2) && from.charAt(i - 2) == to.charAt(j - 1);
    return swapped ? Math.min(best, 1 + cost[i - 2][j - 2]) : best;
  }
}
