package dev.tributary.simulations.artifact;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ScatterPlotTest {

  private static final Pattern NAME =
      Pattern.compile("<text text-anchor='start' x='([0-9.]+)' y='([0-9.]+)'>(\\w+)</text>");

  private static String plot(List<ScatterPlot.Point> points) {
    return new ScatterPlot("size", points, Double::toString).toSvg();
  }

  @Test
  void pointsInOnePlace_allHaveTheirNames_andNoneLiesOnAnother() {
    List<ScatterPlot.Point> points = new ArrayList<>();
    for (int i = 0; i < 14; i++) {
      points.add(new ScatterPlot.Point("artifact" + i, 1e6 * (1 + 0.001 * i), 0.98, i % 5));
    }
    points.add(new ScatterPlot.Point("small", 1e4, 0.95, 0));
    String svg = plot(points);

    List<double[]> places = new ArrayList<>();
    Matcher matcher = NAME.matcher(svg);
    while (matcher.find()) {
      places.add(
          new double[] {
            Double.parseDouble(matcher.group(1)),
            Double.parseDouble(matcher.group(2)),
            7 * matcher.group(3).length()
          });
    }
    assertThat(places).hasSize(15);
    for (int i = 0; i < places.size(); i++) {
      for (int j = 0; j < i; j++) {
        double[] one = places.get(i);
        double[] other = places.get(j);
        boolean apart =
            Math.abs(one[1] - other[1]) > 12.5
                || one[0] + one[2] < other[0] + 0.2
                || other[0] + other[2] < one[0] + 0.2;
        assertThat(apart).as("%d and %d", i, j).isTrue();
      }
    }
  }

  @Test
  void everyPoint_liesWithinTheAxes_alsoWhenThereIsOne() {
    String svg = plot(List.of(new ScatterPlot.Point("only", 12, 1, 0)));
    Matcher matcher = Pattern.compile("cx='([0-9.-]+)' cy='([0-9.-]+)'").matcher(svg);
    assertThat(matcher.find()).isTrue();
    assertThat(Double.parseDouble(matcher.group(1))).isBetween(58.0, 600.0);
    assertThat(Double.parseDouble(matcher.group(2))).isBetween(16.0, 384.0);
  }
}
