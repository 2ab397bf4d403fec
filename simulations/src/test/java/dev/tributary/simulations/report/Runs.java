package dev.tributary.simulations.report;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A run of three rounds of four devices, for tests. */
final class Runs {

  private static final String DIGEST = "0123456789abcdef".repeat(4);

  private Runs() {}

  static RunRecord named(String name) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("data", "strokes");
    settings.put("partition", "natural");
    RunSummary summary =
        new RunSummary(name, settings, 3, 4, 0.75, 0.5, 0.7, 3300, 6600, 1.5, DIGEST);
    return new RunRecord(
        summary,
        List.of(
            new RoundRow(1, 3, 1, 1.25, 0.5, 0.45, new double[] {0.4, 0.5}, 1100, 2200, 0.5),
            new RoundRow(
                2, 4, 0, Double.NaN, Double.NaN, Double.NaN, new double[0], 1100, 2200, 0.5),
            new RoundRow(3, 4, 0, 0.5, 0.75, 0.7, new double[] {0.6, 0.8}, 1100, 2200, 0.5)),
        List.of(
            new Participation(1, new int[] {0, 1, 3}, new int[] {2}),
            new Participation(2, new int[] {0, 1, 2, 3}, new int[0]),
            new Participation(3, new int[] {0, 1, 2, 3}, new int[0])),
        List.of("cat, black", "dog"),
        new int[][] {{5, 5}, {10, 0}, {0, 10}, {1, 2}});
  }
}
