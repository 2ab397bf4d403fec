package dev.tributary.simulations.bench.fuzz.mutate;

/** How a request has to be put on the wire, the more careful way last. */
public enum Delivery {
  /** HTTP tells where it ends: others may follow on the same connection. */
  PIPELINED,
  /** It may end its connection, or look like more than one request: on a connection of its own. */
  ALONE,
  /**
   * The server may wait for more of it: on a connection of its own, which ends after it. The answer
   * may be lost then.
   */
  CUT_OFF;

  /** The more careful one of both. */
  public Delivery atLeast(Delivery other) {
    return compareTo(other) >= 0 ? this : other;
  }
}
