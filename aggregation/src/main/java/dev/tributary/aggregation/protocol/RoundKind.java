package dev.tributary.aggregation.protocol;

/** What a round is for. */
public enum RoundKind {
  /** Devices train; the sum of their updates gives the next version of the model. */
  TRAINING,
  /**
   * Devices measure a version of the model on data that they hold back; the sum is its evaluation.
   */
  EVALUATION
}
