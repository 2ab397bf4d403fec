package dev.tributary.aggregation.runtime;

/**
 * What a teacher says about some examples: its values before softmax or sigmoid, and how much they
 * are softened. As large as the predictions it is made of: {@code outputs} is not copied, and
 * nobody writes to it.
 *
 * @param outputs row-major {@code [examples][outputs]}, each finite, as {@link LocalModel#predict}
 *     gives them
 * @param temperature what values are divided by before the softmax: positive and finite; the
 *     higher, the more weight the classes have that the teacher thinks unlikely
 */
@SuppressWarnings("ArrayRecordComponent") // owned and documented; never compared
public record SoftTargets(float[] outputs, float temperature) {

  /**
   * Refuses targets that no loss can be computed of.
   *
   * @throws IllegalArgumentException naming the value
   */
  public SoftTargets {
    if (!(temperature > 0 && temperature < Float.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "temperature is " + temperature + "; it is positive and finite");
    }
    for (int i = 0; i < outputs.length; i++) {
      if (!Float.isFinite(outputs[i])) {
        throw new IllegalArgumentException(
            "the teacher's output at index " + i + " is " + outputs[i] + "; it is finite");
      }
    }
  }

  /** How many there are, and nothing of what they say. */
  @Override
  public String toString() {
    return "SoftTargets[" + outputs.length + " outputs, temperature=" + temperature + "]";
  }
}
