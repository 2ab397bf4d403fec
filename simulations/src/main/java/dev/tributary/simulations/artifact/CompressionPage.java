package dev.tributary.simulations.artifact;

import dev.tributary.simulations.report.UnwritableReportException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The page with size against accuracy against latency of all artifacts, and the figures as a table.
 * It asks no network for anything and has no script.
 */
public final class CompressionPage {

  private CompressionPage() {}

  /**
   * Writes the page, whole or not at all.
   *
   * @param title of what, for people
   * @param testRows how many rows accuracy is of
   * @param classNames one name a class
   * @param figures with accuracy; the first is what the others are held against
   * @throws UnwritableReportException when the file cannot be written
   */
  public static void write(
      Path file,
      String title,
      int testRows,
      List<String> classNames,
      List<ArtifactFigures> figures) {
    Path absolute = file.toAbsolutePath();
    Path part = absolute.resolveSibling("." + absolute.getFileName() + ".part");
    try {
      Path folder = absolute.getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      Files.writeString(part, of(title, testRows, classNames, figures), StandardCharsets.UTF_8);
      Files.move(part, absolute, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException failed) {
      throw new UnwritableReportException(file, String.valueOf(failed.getMessage()), failed);
    }
  }

  /** The page's text. */
  static String of(
      String title, int testRows, List<String> classNames, List<ArtifactFigures> figures) {
    return template()
        .replace("{{title}}", escaped(title))
        .replace("{{rows}}", String.format(Locale.ROOT, "%,d", testRows))
        .replace("{{size}}", sizePlot(figures))
        .replace("{{latency}}", latencyPlot(figures))
        .replace("{{table}}", table(figures))
        .replace("{{classes}}", classTable(classNames, figures));
  }

  private static String sizePlot(List<ArtifactFigures> figures) {
    List<ScatterPlot.Point> points =
        figures.stream().map(figure -> point(figure, figure.bytes())).toList();
    return new ScatterPlot("size of the file", points, CompressionPage::bytes).toSvg();
  }

  private static String latencyPlot(List<ArtifactFigures> figures) {
    List<ScatterPlot.Point> points =
        figures.stream().map(figure -> point(figure, figure.latencyMillis())).toList();
    return new ScatterPlot("milliseconds for 100 rows, one thread", points, CompressionPage::plain)
        .toSvg();
  }

  private static ScatterPlot.Point point(ArtifactFigures figure, double x) {
    return new ScatterPlot.Point(figure.name(), x, figure.evaluation().accuracy(), group(figure));
  }

  private static int group(ArtifactFigures figure) {
    if (figure.engine().equals("ONNX Runtime")) {
      return 4;
    }
    return switch (figure.artifact().kind()) {
      case FLOAT32, ONNX, ONNX_INT8 -> 0;
      case FP16, INT8, INT4 -> 1;
      case PRUNED -> 2;
      case DISTILLED -> 3;
    };
  }

  private static String bytes(double bytes) {
    return bytes >= 1e6 ? plain(bytes / 1e6) + " MB" : plain(bytes / 1e3) + " kB";
  }

  private static String plain(double value) {
    return value >= 10 || value == Math.rint(value)
        ? String.format(Locale.ROOT, "%.0f", value)
        : String.format(Locale.ROOT, "%.1f", value);
  }

  private static String table(List<ArtifactFigures> figures) {
    ArtifactFigures baseline = figures.get(0);
    return figures.stream()
        .map(
            figure ->
                String.format(
                    Locale.ROOT,
                    "<tr><th>%s</th><td>%s</td><td>%,d</td><td>%,d</td><td>%.2f</td><td>%.2f</td>"
                        + "<td>%+.2f</td><td>%.4f</td><td>%.2f</td><td>%.2f</td><td>%.2f</td>"
                        + "<td>%.2f</td><td>%s</td></tr>",
                    escaped(figure.name()),
                    String.join(" &rarr; ", figure.artifact().codecs()),
                    figure.artifact().spec().layout().dimension(),
                    figure.bytes(),
                    figure.sizeRatio(baseline),
                    100 * figure.evaluation().accuracy(),
                    0.0 - 100 * figure.accuracyLoss(baseline),
                    figure.evaluation().macroF1(),
                    100 * figure.agreement(),
                    figure.latencyMillis(),
                    figure.speedup(baseline),
                    figure.singleMillis(),
                    figure.engine()))
        .collect(Collectors.joining("\n"));
  }

  private static String classTable(List<String> names, List<ArtifactFigures> figures) {
    int classes = names.size();
    String head =
        names.stream().map(name -> "<th>" + escaped(name) + "</th>").collect(Collectors.joining());
    String body =
        figures.stream()
            .map(
                figure ->
                    "<tr><th>"
                        + escaped(figure.name())
                        + "</th>"
                        + IntStream.range(0, classes)
                            .mapToObj(label -> cell(figure, label))
                            .collect(Collectors.joining())
                        + "</tr>")
            .collect(Collectors.joining("\n"));
    return "<thead><tr><th>class</th>" + head + "</tr></thead><tbody>" + body + "</tbody>";
  }

  private static String cell(ArtifactFigures figure, int label) {
    return String.format(
        Locale.ROOT,
        "<td>%.2f / %.2f</td>",
        100 * figure.evaluation().confusion().recall(label),
        100 * figure.evaluation().confusion().f1(label));
  }

  /** Text as a page shows it, between tags. */
  static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;");
  }

  private static String template() {
    try (InputStream stream = CompressionPage.class.getResourceAsStream("compression.html")) {
      if (stream == null) {
        throw new IllegalStateException("compression.html is missing from the program");
      }
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
