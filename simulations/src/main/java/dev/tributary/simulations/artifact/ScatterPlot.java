package dev.tributary.simulations.artifact;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;

/**
 * Named points as an SVG text: a logarithmic axis across, a linear one up, a name beside each point
 * where no other name or point is.
 */
final class ScatterPlot {

  private static final int WIDTH = 620;
  private static final int HEIGHT = 430;
  private static final int LEFT = 58;
  private static final int RIGHT = 20;
  private static final int TOP = 16;
  private static final int BOTTOM = 46;
  private static final double CHARACTER = 7;
  private static final double LINE = 13;
  private static final double[] TICKS = {1, 2, 5};

  /**
   * A point.
   *
   * @param x positive
   * @param group which colour it has, from 0
   */
  record Point(String name, double x, double y, int group) {}

  private record Box(double left, double top, double right, double bottom) {
    boolean meets(Box other) {
      return left < other.right && other.left < right && top < other.bottom && other.top < bottom;
    }
  }

  private final List<Point> points;
  private final String title;
  private final DoubleFunction<String> label;
  private final StringBuilder svg = new StringBuilder();
  private final double leastLog;
  private final double mostLog;
  private final double leastY;
  private final double mostY;

  /**
   * A plot of some points, at least one.
   *
   * @param label writes a place on the axis across
   */
  ScatterPlot(String title, List<Point> points, DoubleFunction<String> label) {
    this.title = title;
    this.points = List.copyOf(points);
    this.label = label;
    double least = points.stream().mapToDouble(Point::x).min().orElseThrow();
    double most = points.stream().mapToDouble(Point::x).max().orElseThrow();
    this.leastLog = Math.log(least / 1.35);
    this.mostLog = Math.log(most * 1.6);
    double low = points.stream().mapToDouble(Point::y).min().orElseThrow();
    double high = points.stream().mapToDouble(Point::y).max().orElseThrow();
    double margin = Math.max(0.001, 0.12 * (high - low));
    this.leastY = low - margin;
    this.mostY = Math.min(1, high + margin);
  }

  /** The plot. */
  String toSvg() {
    svg.append(
        String.format(
            Locale.ROOT,
            "<svg viewBox='0 0 %d %d' role='img' aria-label='%s'>%n",
            WIDTH,
            HEIGHT,
            title));
    axes();
    names();
    for (Point point : points) {
      svg.append(
          String.format(
              Locale.ROOT,
              "<circle class='g%d' cx='%.1f' cy='%.1f' r='6'><title>%s: %s, %.2f"
                  + " %%</title></circle>%n",
              point.group(),
              across(point.x()),
              up(point.y()),
              CompressionPage.escaped(point.name()),
              label.apply(point.x()),
              100 * point.y()));
    }
    return svg.append("</svg>").toString();
  }

  private double across(double x) {
    double share = (Math.log(x) - leastLog) / (mostLog - leastLog);
    return LEFT + share * (WIDTH - LEFT - RIGHT);
  }

  private double up(double y) {
    return TOP + (mostY - y) / (mostY - leastY) * (HEIGHT - TOP - BOTTOM);
  }

  private void axes() {
    double step = step((mostY - leastY) / 6);
    for (double y = Math.ceil(leastY / step) * step; y <= mostY; y += step) {
      line("grid", LEFT, up(y), WIDTH - RIGHT, up(y));
      text("end", LEFT - 8, up(y) + 4, String.format(Locale.ROOT, "%.1f", 100 * y));
    }
    for (double decade = 1e-6; decade < 1e12; decade *= 10) {
      for (double tick : TICKS) {
        double x = tick * decade;
        if (Math.log(x) >= leastLog && Math.log(x) <= mostLog) {
          line("grid", across(x), TOP, across(x), HEIGHT - BOTTOM);
          text("middle", across(x), HEIGHT - BOTTOM + 18, label.apply(x));
        }
      }
    }
    line("axis", LEFT, TOP, LEFT, HEIGHT - BOTTOM);
    line("axis", LEFT, HEIGHT - BOTTOM, WIDTH - RIGHT, HEIGHT - BOTTOM);
    text("middle", (LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 6, title);
  }

  private static double step(double atLeast) {
    double decade = Math.pow(10, Math.floor(Math.log10(atLeast)));
    for (double tick : TICKS) {
      if (tick * decade >= atLeast) {
        return tick * decade;
      }
    }
    return 10 * decade;
  }

  private void names() {
    List<Box> taken = new ArrayList<>();
    for (Point point : points) {
      double x = across(point.x());
      double y = up(point.y());
      taken.add(new Box(x - 7, y - 7, x + 7, y + 7));
    }
    for (Point point : points) {
      place(point, taken);
    }
  }

  /** Tries places at growing distances around the point; from afar a line leads to it. */
  private void place(Point point, List<Box> taken) {
    double x = across(point.x());
    double y = up(point.y());
    double width = CHARACTER * point.name().length();
    for (int distance = 0; distance < 12; distance++) {
      double reach = 11 + 8 * distance;
      double[][] corners = {
        {x + reach, y - LINE / 2},
        {x - reach - width, y - LINE / 2},
        {x - width / 2, y - reach - LINE + 3},
        {x - width / 2, y + reach - 3},
        {x + reach * 0.7, y - reach * 0.7 - LINE},
        {x + reach * 0.7, y + reach * 0.7},
        {x - reach * 0.7 - width, y - reach * 0.7 - LINE},
        {x - reach * 0.7 - width, y + reach * 0.7}
      };
      for (double[] corner : corners) {
        Box box = new Box(corner[0], corner[1], corner[0] + width, corner[1] + LINE);
        boolean inside =
            box.left() > LEFT
                && box.right() < WIDTH
                && box.top() > 0
                && box.bottom() < HEIGHT - BOTTOM;
        if (inside && taken.stream().noneMatch(box::meets)) {
          if (distance > 0) {
            double towards = Math.max(box.left(), Math.min(box.right(), x));
            double level = Math.max(box.top(), Math.min(box.bottom(), y));
            line("lead", x, y, towards, level);
          }
          text("start", box.left(), box.bottom() - 3, point.name());
          taken.add(box);
          return;
        }
      }
    }
  }

  private void line(String style, double x1, double y1, double x2, double y2) {
    svg.append(
        String.format(
            Locale.ROOT,
            "<line class='%s' x1='%.1f' y1='%.1f' x2='%.1f' y2='%.1f'/>%n",
            style,
            x1,
            y1,
            x2,
            y2));
  }

  private void text(String anchor, double x, double y, String content) {
    svg.append(
        String.format(
            Locale.ROOT,
            "<text text-anchor='%s' x='%.1f' y='%.1f'>%s</text>%n",
            anchor,
            x,
            y,
            CompressionPage.escaped(content)));
  }
}
