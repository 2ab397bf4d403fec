package dev.tributary.aggregation.mask.graph;

/** No graph over the cohort keeps what was asked for; the message says which number to change. */
public final class InfeasibleGraphException extends RuntimeException {

  private static final long serialVersionUID = 1;

  /**
   * No graph.
   *
   * @param message which number to change
   */
  public InfeasibleGraphException(String message) {
    super(message);
  }
}
