package dev.tributary.aggregation.compress.delta;

import dev.tributary.aggregation.compress.delta.coding.ChangeModel;
import dev.tributary.aggregation.compress.delta.coding.DecisionCoder;
import dev.tributary.aggregation.model.ModelLayout;
import dev.tributary.aggregation.model.TensorSpec;
import dev.tributary.aggregation.optimize.GridStep;
import java.util.Optional;

/** Changes of float32 numbers by whole steps of a grid, as a server step makes them. */
final class GridChanges {

  private static final int UNSURE = 2; // rounding moves the quotient by no more than this

  private GridChanges() {}

  /**
   * Codes the steps of a whole model.
   *
   * @param steps int[layout.dimension()]; written to when decoding, and else with what it holds
   */
  static void code(DecisionCoder coder, ModelLayout layout, int[] steps) {
    var model = new ChangeModel(coder);
    for (int t = 0; t < layout.tensors().size(); t++) {
      TensorSpec tensor = layout.tensors().get(t);
      int rows = FloatChanges.rows(tensor);
      int columns = FloatChanges.columns(tensor);
      int from = layout.offset(t);
      WholeChanges changes = WholeChanges.begin(model, steps, from, rows, columns);
      for (int row = 0; row < rows; row++) {
        changes.codeRow(row, steps, from + row * columns);
      }
    }
  }

  /**
   * The steps that lead from one version to the next, each tried by the server's own arithmetic.
   *
   * @return int[base.length]; empty when a number is not where whole steps lead
   */
  static Optional<int[]> find(GridStep step, float[] base, float[] next) {
    int[] steps = new int[base.length];
    for (int i = 0; i < steps.length; i++) {
      double quotient = Math.rint(((double) next[i] - base[i]) / step.length());
      if (!(Math.abs(quotient) < Integer.MAX_VALUE - UNSURE)) {
        return Optional.empty();
      }
      steps[i] = (int) quotient;
      int off = 0;
      while (!arrives(step, base[i], steps[i] + off, next[i])) {
        off = off > 0 ? -off : 1 - off; // 1, -1, 2, -2
        if (off > UNSURE) {
          return Optional.empty();
        }
      }
      steps[i] += off;
    }
    return Optional.of(steps);
  }

  private static boolean arrives(GridStep step, float from, int steps, float to) {
    return Float.floatToRawIntBits(step.moved(from, steps)) == Float.floatToRawIntBits(to);
  }
}
