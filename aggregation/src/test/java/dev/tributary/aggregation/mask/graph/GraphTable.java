package dev.tributary.aggregation.mask.graph;

import static dev.tributary.aggregation.mask.graph.Adversary.ACTIVE;
import static dev.tributary.aggregation.mask.graph.Adversary.SEMI_HONEST;

import java.util.ArrayList;
import java.util.List;

/** The values of the section 'Graph and thresholds'. */
final class GraphTable {

  /** One cell. */
  record Entry(CohortAssumptions cohort, int degree, int threshold) {}

  private GraphTable() {}

  /** sigma = 40, eta = 30, gamma = 5 %: by row n, by column adversary and delta, (k, t). */
  static List<Entry> eta30() {
    List<Entry> entries = new ArrayList<>();
    row(entries, 100, "16,11 26,16 46,26 66,36 16,6 28,6");
    row(entries, 1000, "62,43 90,58 182,109 362,204 40,19 76,25");
    row(entries, 10_000, "74,51 114,74 248,149 630,357 46,22 92,30");
    row(entries, 100_000, "80,55 124,80 272,163 732,415 52,25 100,33");
    return List.copyOf(entries);
  }

  /** sigma = 40, eta = 20. */
  static List<Entry> eta20() {
    return List.of(
        eta20(1000, 0.05, 0.05, ACTIVE, 52, 37),
        eta20(10_000, 0.05, 0.05, ACTIVE, 62, 44),
        eta20(1_000_000, 0.05, 0.05, ACTIVE, 74, 52),
        eta20(1000, 0.33, 0.05, ACTIVE, 132, 109),
        eta20(1000, 0, 0.33, ACTIVE, 228, 115),
        eta20(1000, 0.3, 0.3, ACTIVE, 872, 584),
        eta20(1000, 0.33, 0.33, SEMI_HONEST, 286, 150),
        eta20(1000, 0.05, 0.05, SEMI_HONEST, 30, 17),
        eta20(1000, 0.05, 0.33, SEMI_HONEST, 72, 24));
  }

  static List<Entry> all() {
    List<Entry> entries = new ArrayList<>(eta30());
    entries.addAll(eta20());
    return List.copyOf(entries);
  }

  private static void row(List<Entry> entries, int devices, String cells) {
    double[] delta = {0.05, 0.1, 0.2, 0.3, 0.1, 0.3};
    String[] pairs = cells.split(" ", -1);
    for (int column = 0; column < delta.length; column++) {
      String[] pair = pairs[column].split(",", -1);
      entries.add(
          new Entry(
              CohortAssumptions.of(devices, 0.05, delta[column], column < 4 ? ACTIVE : SEMI_HONEST),
              Integer.parseInt(pair[0]),
              Integer.parseInt(pair[1])));
    }
  }

  private static Entry eta20(
      int devices, double gamma, double delta, Adversary adversary, int degree, int threshold) {
    return new Entry(
        CohortAssumptions.of(devices, gamma, delta, adversary).withBits(40, 20), degree, threshold);
  }
}
