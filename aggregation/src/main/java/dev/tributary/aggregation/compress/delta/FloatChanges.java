package dev.tributary.aggregation.compress.delta;

import dev.tributary.aggregation.compress.delta.coding.ChangeModel;
import dev.tributary.aggregation.compress.delta.coding.DecisionCoder;
import dev.tributary.aggregation.compress.delta.coding.Expectation;
import dev.tributary.aggregation.compress.delta.forecast.LowRank;
import dev.tributary.aggregation.compress.delta.forecast.LowRankFinder;
import dev.tributary.aggregation.model.ModelLayout;
import dev.tributary.aggregation.model.TensorSpec;

/**
 * Changes of float32 numbers whatever they are: bit patterns are mapped to integers in the order of
 * the numbers, and the difference mod 2^32 from the forecast number is coded. An error of the same
 * absolute size is a larger difference where the number is small; the exponent of the forecast says
 * how much larger, so the expectation is kept in absolute terms.
 */
final class FloatChanges {

  private static final int FRACTION_BITS = 23;
  private static final float LARGEST_DIFFERENCE =
      0x1p40f; // larger ones are left out of the forecast

  private FloatChanges() {}

  /**
   * Codes the changes of a whole model.
   *
   * @param next float[base.length]; written to when decoding, and else with what it holds already
   */
  static void code(DecisionCoder coder, ModelLayout layout, float[] base, float[] next) {
    var model = new ChangeModel(coder);
    for (int i = 0; i < layout.tensors().size(); i++) {
      TensorSpec tensor = layout.tensors().get(i);
      code(model, base, next, layout.offset(i), rows(tensor), columns(tensor));
    }
  }

  /** Codes the changes of numbers in one row. */
  static void codeRow(ChangeModel model, float[] base, float[] next) {
    if (base.length > 0) {
      code(model, base, next, 0, 1, base.length);
    }
  }

  /** The outermost of several extents. */
  static int rows(TensorSpec tensor) {
    int[] shape = tensor.shape();
    return shape.length < 2 ? 1 : shape[0];
  }

  /** The length of a row. */
  static int columns(TensorSpec tensor) {
    return tensor.elementCount() / rows(tensor);
  }

  /**
   * Codes the changes of a matrix.
   *
   * @param from where it begins in both arrays
   */
  static void code(ChangeModel model, float[] base, float[] next, int from, int rows, int columns) {
    LowRank known =
        model.coder().isEncoder()
            ? LowRankFinder.find(differences(base, next, from, rows * columns), rows, columns, 0)
            : LowRank.none();
    LowRank products = LowRank.code(model, known, rows, columns);
    var expectation = new Expectation(columns);
    float[] forecast = new float[columns];
    for (int row = 0; row < rows; row++) {
      products.forecast(row, forecast);
      codeRow(model, expectation, forecast, base, next, from + row * columns);
    }
  }

  private static void codeRow(
      ChangeModel model,
      Expectation expectation,
      float[] forecast,
      float[] base,
      float[] next,
      int from) {
    for (int column = 0; column < forecast.length; column++) {
      int i = from + column;
      float likely = base[i] + forecast[column];
      if (!(Math.abs(likely) <= Float.MAX_VALUE)) {
        likely = base[i];
      }
      int bits = Float.floatToRawIntBits(likely);
      int error = inOrder(Float.floatToRawIntBits(next[i])) - inOrder(bits);
      error = model.code(error, expectation.next(), lastPlaceExponent(bits), 0, 0);
      next[i] = Float.intBitsToFloat(inOrder(inOrder(bits) + error));
      expectation.note(Math.abs(next[i] - likely));
    }
  }

  private static float[] differences(float[] base, float[] next, int from, int count) {
    float[] differences = new float[count];
    for (int i = 0; i < count; i++) {
      float difference = next[from + i] - base[from + i];
      differences[i] = Math.abs(difference) < LARGEST_DIFFERENCE ? difference : 0;
    }
    return differences;
  }

  /** Its own inverse: negative numbers are in reverse order in their bit patterns. */
  private static int inOrder(int bits) {
    return bits < 0 ? bits ^ Integer.MAX_VALUE : bits;
  }

  /** The biased exponent of the last place of a number; as low as -22. */
  private static int lastPlaceExponent(int bits) {
    int exponent = (bits >>> FRACTION_BITS) & 0xff;
    return Math.max(1, exponent) - FRACTION_BITS;
  }
}
