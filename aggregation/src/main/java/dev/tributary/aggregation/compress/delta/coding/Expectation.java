package dev.tributary.aggregation.compress.delta.coding;

/**
 * Foretells how large the next change of a tensor is, from those already coded.
 *
 * <p>The gradient of a layer is a sum of products of one number of the output unit (row) and one of
 * the input (column). So the size of a change is close to a product too: what the column did in the
 * rows above, times how this row has compared so far with what its columns foretold. What lies
 * immediately around is mixed in, since filters and images are smooth.
 *
 * <p>Computed in float by single IEEE 754 operations in the order written, so that both ends
 * foretell the same.
 */
public final class Expectation {

  private static final float CEILING =
      0x1p60f; // far above any change of a weight; sums stay finite
  private static final float COLUMN_SHARE = 0x1p-4f;
  private static final float ROW_KEEP = 1 - 0x1p-6f;
  private static final float FLOOR = 0x1p-40f;

  private final float[] columns;
  private int column;
  private boolean firstRow = true;
  private float seen; // of this row, fading
  private float foretold; // for the same columns
  private float last;
  private float beforeLast;

  /** Before the first change of a tensor with rows of this length. */
  public Expectation(int columnCount) {
    columns = new float[columnCount];
  }

  /** The expected absolute value of the next change; finite, 0 or above. */
  public float next() {
    float near = 0.5f * (last + beforeLast);
    if (firstRow) {
      return 0.5f * (near + seen * (1 - ROW_KEEP));
    }
    float product = columns[column] * ((seen + FLOOR) / (foretold + FLOOR));
    return 0.875f * product + 0.125f * near;
  }

  /** Takes note of the change that {@link #next} was about. */
  public void note(float magnitude) {
    float size = magnitude < CEILING ? magnitude : CEILING; // also what is not a number
    float expected = columns[column];
    seen = seen * ROW_KEEP + size;
    foretold = foretold * ROW_KEEP + expected;
    columns[column] = firstRow ? size : expected + COLUMN_SHARE * (size - expected);
    beforeLast = last;
    last = size;
    if (++column == columns.length) {
      column = 0;
      firstRow = false;
    }
  }
}
