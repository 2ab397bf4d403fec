package dev.tributary.aggregation.runtime;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Labelled examples: a table of features, one row an example, and a label a row. A view: the arrays
 * handed in are shared, not copied (a data set is large), and nobody writes to them afterwards;
 * subsets share them too. Safe on any thread.
 */
public final class Examples {
  private final float[] features;
  private final int featureSize;
  private final int[] labels;
  private final int @Nullable [] rows;

  private Examples(float[] features, int featureSize, int[] labels, int @Nullable [] rows) {
    this.features = features;
    this.featureSize = featureSize;
    this.labels = labels;
    this.rows = rows;
  }

  /**
   * The examples of a table, sharing its arrays.
   *
   * @param features row-major {@code [count][featureSize]}; tokens are whole numbers as floats
   * @param featureSize values an example, at least 1
   * @param labels {@code [count]}, each at least 0
   * @throws IllegalArgumentException when the lengths do not agree or a label is negative
   */
  public static Examples of(float[] features, int featureSize, int[] labels) {
    if (featureSize < 1 || (long) labels.length * featureSize != features.length) {
      throw new IllegalArgumentException(
          "%d labels with %d features each need %d feature values, not %d"
              .formatted(
                  labels.length, featureSize, (long) labels.length * featureSize, features.length));
    }
    for (int row = 0; row < labels.length; row++) {
      if (labels[row] < 0) {
        throw new IllegalArgumentException(
            "the label of row " + row + " is " + labels[row] + "; it is at least 0");
      }
    }
    return new Examples(features, featureSize, labels, null);
  }

  /** How many examples there are. */
  public int size() {
    return rows == null ? labels.length : rows.length;
  }

  /** Values an example has. */
  public int featureSize() {
    return featureSize;
  }

  /** The label of an example, at least 0. */
  public int label(int index) {
    return labels[row(index)];
  }

  /** Copies the features of an example to {@code target[offset .. offset + featureSize)}. */
  public void copyFeatures(int index, float[] target, int offset) {
    System.arraycopy(features, row(index) * featureSize, target, offset, featureSize);
  }

  /** One feature of an example. */
  public float feature(int index, int feature) {
    return features[row(index) * featureSize + Objects.checkIndex(feature, featureSize)];
  }

  /**
   * The examples at these positions, in this order, sharing the storage.
   *
   * @param indices each in [0, size); may repeat
   * @throws IndexOutOfBoundsException when one is not
   */
  public Examples subset(int[] indices) {
    int[] chosen = new int[indices.length];
    for (int i = 0; i < indices.length; i++) {
      chosen[i] = row(indices[i]);
    }
    return new Examples(features, featureSize, labels, chosen);
  }

  /** The examples {@code [from, to)}, sharing the storage. */
  public Examples range(int from, int to) {
    Objects.checkFromToIndex(from, to, size());
    int[] chosen = new int[to - from];
    Arrays.setAll(chosen, i -> row(from + i));
    return new Examples(features, featureSize, labels, chosen);
  }

  private int row(int index) {
    if (rows != null) {
      return rows[index];
    }
    return Objects.checkIndex(index, labels.length);
  }

  /** How many there are, and nothing of what they say. */
  @Override
  public String toString() {
    return "Examples[size=" + size() + ", featureSize=" + featureSize + "]";
  }
}
