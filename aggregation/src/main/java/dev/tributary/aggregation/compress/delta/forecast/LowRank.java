package dev.tributary.aggregation.compress.delta.forecast;

import dev.tributary.aggregation.compress.delta.coding.ChangeModel;
import dev.tributary.aggregation.compress.delta.coding.Expectation;
import java.util.Arrays;

/**
 * A forecast of the change of a matrix: a sum of a few products of a column and a row of numbers.
 *
 * <p>What training adds to a layer is a sum of products, one for each example, of what the outputs
 * were told and what the inputs were. Examples of one class pull in much the same direction, so
 * that the sum is close to a matrix of low rank, often of no more than twice the number of classes:
 * of the largest layer of the MNIST network, eight products hold 95 % of the energy of a round
 * (docs/adr/0017-deltas-between-versions.md; T. Vogels et al., "PowerSGD", NeurIPS 2019). The
 * products are sent in front of the tensor, and the error of the forecast is coded.
 *
 * <p>{@code forecast[row][column] = sum over k of (left[k][row] * multiplier[k]) *
 * right[k][column]}, in float, products rounded before they are added, k ascending.
 */
public final class LowRank {

  /** No more products than this are sent: their number has six bits. */
  static final int MAX_RANK = 63;

  private static final int RANK_BITS = 6;
  private static final int UNIT_EXPONENT = 127;

  private final float[] multipliers; // [rank]
  private final int[][] left; // [rank][rows]
  private final int[][] right; // [rank][columns]

  LowRank(float[] multipliers, int[][] left, int[][] right) {
    this.multipliers = multipliers;
    this.left = left;
    this.right = right;
  }

  /** The forecast that nothing changes. */
  public static LowRank none() {
    return new LowRank(new float[0], new int[0][], new int[0][]);
  }

  /**
   * The most products of a matrix: so many that their numbers take a quarter of the memory of the
   * matrix at most.
   */
  static int maxRank(int rows, int columns) {
    long numbers = (long) rows + columns;
    return (int) Math.min(MAX_RANK, (long) rows * columns / (4 * numbers));
  }

  /**
   * Codes the products.
   *
   * @param known to encode; ignored when decoding
   * @return the same
   */
  public static LowRank code(ChangeModel model, LowRank known, int rows, int columns) {
    int most = maxRank(rows, columns);
    if (most == 0) {
      return none();
    }
    int rank = model.coder().raw(known.multipliers.length, RANK_BITS);
    if (rank > most) {
      model.coder().refuse();
      return none();
    }
    boolean encoding = model.coder().isEncoder();
    float[] multipliers = new float[rank];
    for (int k = 0; k < rank; k++) {
      int bits = encoding ? Float.floatToRawIntBits(known.multipliers[k]) : 0;
      multipliers[k] = Float.intBitsToFloat(model.coder().raw(bits, Integer.SIZE));
    }
    int[][] left = encoding ? known.left : new int[rank][rows];
    int[][] right = encoding ? known.right : new int[rank][columns];
    code(model, left, rows);
    code(model, right, columns);
    return new LowRank(multipliers, left, right);
  }

  private static void code(ChangeModel model, int[][] numbers, int length) {
    var expectation = new Expectation(length);
    for (int[] row : numbers) {
      for (int i = 0; i < length; i++) {
        row[i] = model.code(row[i], expectation.next(), UNIT_EXPONENT, 0, 0);
        expectation.note(Math.abs((float) row[i]));
      }
    }
  }

  /** Writes the forecast of a row: as many numbers as there are columns. */
  public void forecast(int row, float[] out) {
    Arrays.fill(out, 0);
    for (int k = 0; k < multipliers.length; k++) {
      add(left[k][row] * multipliers[k], right[k], out);
    }
  }

  /** A loop of its own, so that it becomes vector code. */
  private static void add(float factor, int[] numbers, float[] out) {
    for (int i = 0; i < out.length; i++) {
      out[i] += factor * numbers[i];
    }
  }
}
