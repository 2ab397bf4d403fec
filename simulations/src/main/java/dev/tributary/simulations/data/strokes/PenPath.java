package dev.tributary.simulations.data.strokes;

import java.util.Arrays;

/** The way of a pen as many close points, x and y in turn. */
final class PenPath {

  /** Points between two points of a glyph. */
  private static final int STEPS = 8;

  private PenPath() {}

  /**
   * The curve through a stroke's points: uniform Catmull-Rom splines (Catmull, Rom, 1974), which
   * turn sharply at a point given twice.
   */
  static double[] traced(double[] stroke) {
    int points = stroke.length / 2;
    double[] path = new double[2 * (STEPS * (points - 1) + 1)];
    int next = 0;
    for (int segment = 0; segment < points - 1; segment++) {
      for (int step = 0; step < STEPS; step++) {
        for (int axis = 0; axis < 2; axis++) {
          path[next++] =
              spline(
                  stroke[2 * Math.max(0, segment - 1) + axis],
                  stroke[2 * segment + axis],
                  stroke[2 * (segment + 1) + axis],
                  stroke[2 * Math.min(points - 1, segment + 2) + axis],
                  step / (double) STEPS);
        }
      }
    }
    path[next] = stroke[2 * points - 2];
    path[next + 1] = stroke[2 * points - 1];
    return path;
  }

  /**
   * The path with every point but the ends drawn towards its neighbours, so many times over:
   * corners get round.
   */
  static double[] smoothed(double[] path, int times) {
    double[] from = path.clone();
    double[] to = path.clone();
    for (int time = 0; time < times; time++) {
      for (int i = 2; i < path.length - 2; i++) {
        to[i] = (from[i - 2] + 2 * from[i] + from[i + 2]) / 4;
      }
      double[] swapped = from;
      from = to;
      to = swapped;
    }
    return Arrays.copyOf(from, from.length);
  }

  private static double spline(double before, double from, double to, double after, double t) {
    return 0.5
        * (2 * from
            + t
                * (to
                    - before
                    + t
                        * (2 * before
                            - 5 * from
                            + 4 * to
                            - after
                            + t * (3 * from - before - 3 * to + after))));
  }
}
