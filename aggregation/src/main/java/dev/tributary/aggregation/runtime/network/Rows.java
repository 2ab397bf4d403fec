package dev.tributary.aggregation.runtime.network;

/**
 * The values one stage gives to the next for a block of examples, and the gradients that come back:
 * {@code [capacity]} rows of {@code size} floats, padded for the loops that run over them. Each row
 * is an array of its own: see {@link ScalarAxpy}.
 */
final class Rows {
  private final int size;
  private float[][] values = new float[0][];
  private float[][] gradients = new float[0][];

  Rows(int size) {
    this.size = size;
  }

  int size() {
    return size;
  }

  float[][] values() {
    return values;
  }

  float[][] gradients() {
    return gradients;
  }

  /** Makes room for this many examples; keeps what is already there. */
  void reserve(int capacity, boolean withGradients) {
    values = grown(values, capacity);
    if (withGradients) {
      gradients = grown(gradients, capacity);
    }
  }

  private float[][] grown(float[][] rows, int capacity) {
    if (rows.length >= capacity) {
      return rows;
    }
    float[][] more = new float[capacity][];
    System.arraycopy(rows, 0, more, 0, rows.length);
    for (int row = rows.length; row < capacity; row++) {
      more[row] = new float[Axpy.padded(size)];
    }
    return more;
  }
}
