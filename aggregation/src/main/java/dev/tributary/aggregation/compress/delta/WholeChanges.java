package dev.tributary.aggregation.compress.delta;

import dev.tributary.aggregation.compress.delta.coding.ChangeModel;
import dev.tributary.aggregation.compress.delta.coding.Expectation;
import dev.tributary.aggregation.compress.delta.forecast.LowRank;
import dev.tributary.aggregation.compress.delta.forecast.LowRankFinder;

/** Changes that are whole numbers: the forecast is rounded, and the error of that is coded. */
final class WholeChanges {

  private static final int UNIT_EXPONENT = 127;
  private static final double ROUNDING_VARIANCE = 1.0 / 12;

  private final ChangeModel model;
  private final LowRank products;
  private final Expectation expectation;
  private final float[] forecast;

  /** Of a matrix whose products have been coded. */
  private WholeChanges(ChangeModel model, LowRank products, int columns) {
    this.model = model;
    this.products = products;
    this.expectation = new Expectation(columns);
    this.forecast = new float[columns];
  }

  /**
   * Begins a matrix with its products.
   *
   * @param changes int[rows * columns] from {@code from} on; only read when encoding
   */
  static WholeChanges begin(ChangeModel model, int[] changes, int from, int rows, int columns) {
    LowRank known = LowRank.none();
    if (model.coder().isEncoder()) {
      float[] matrix = new float[rows * columns];
      for (int i = 0; i < matrix.length; i++) {
        matrix[i] = changes[from + i];
      }
      known = LowRankFinder.find(matrix, rows, columns, ROUNDING_VARIANCE);
    }
    return new WholeChanges(model, LowRank.code(model, known, rows, columns), columns);
  }

  /**
   * Codes the next row.
   *
   * @param changes written to from {@code from} on when decoding, and else with what is there
   */
  void codeRow(int row, int[] changes, int from) {
    products.forecast(row, forecast);
    for (int column = 0; column < forecast.length; column++) {
      float likely = forecast[column];
      int whole = (int) Math.rint(likely);
      float lean = Math.max(-0.5f, Math.min(0.5f, likely - whole));
      int error = changes[from + column] - whole;
      error = model.code(error, expectation.next(), UNIT_EXPONENT, lean, whole == 0 ? 0 : 1);
      changes[from + column] = whole + error;
      expectation.note(Math.abs(error - lean));
    }
  }
}
