package dev.tributary.simulations.cli.publish.compress;

import dev.tributary.simulations.artifact.ArtifactFigures;
import dev.tributary.simulations.cli.operator.Table;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** The figures as people read them; a dash where there were no rows to measure on. */
final class CompressionReport {

  private CompressionReport() {}

  static void print(List<ArtifactFigures> figures, PrintWriter out) {
    ArtifactFigures baseline = figures.get(0);
    Table table =
        new Table(
            "kind",
            "bytes",
            "smaller",
            "accuracy",
            "points",
            "loss",
            "macro F1",
            "ms/100",
            "faster");
    for (ArtifactFigures figure : figures) {
      boolean measured = figure.quality().isPresent();
      table.row(
          figure.name(),
          figure.bytes(),
          text("%.2fx", figure.sizeRatio(baseline)),
          measured ? text("%.2f %%", 100 * figure.evaluation().accuracy()) : "-",
          measured ? text("%+.2f", 0.0 - 100 * figure.accuracyLoss(baseline)) : "-",
          measured ? text("%.4f", figure.evaluation().meanLoss()) : "-",
          measured ? text("%.4f", figure.evaluation().macroF1()) : "-",
          text("%.2f", figure.latencyMillis()),
          text("%.2fx", figure.speedup(baseline)));
    }
    table.print(out);
  }

  private static String text(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }
}
