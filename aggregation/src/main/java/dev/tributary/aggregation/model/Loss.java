package dev.tributary.aggregation.model;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The loss functions a model can be trained with; each also says how many values the last layer
 * gives.
 */
public enum Loss {
  /** {@code -log softmax(z)[label]}, z in R^classes. */
  SOFTMAX_CROSS_ENTROPY("softmax-cross-entropy"),
  /** {@code log(1 + exp(z)) - label z}, one value z, labels 0 and 1. */
  SIGMOID_BINARY_CROSS_ENTROPY("sigmoid-binary-cross-entropy");

  private final String code;

  Loss(String code) {
    this.code = code;
  }

  /** The name in a model specification. */
  public String code() {
    return code;
  }

  /** How many values the last layer gives for this many classes. */
  public int outputs(int classes) {
    return this == SIGMOID_BINARY_CROSS_ENTROPY ? 1 : classes;
  }

  static Optional<Loss> ofCode(String code) {
    return Arrays.stream(values()).filter(loss -> loss.code.equals(code)).findFirst();
  }

  static List<String> codes() {
    return Arrays.stream(values()).map(Loss::code).toList();
  }
}
