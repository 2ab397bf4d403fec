package dev.tributary.simulations.bench.fuzz;

/**
 * What was wrong with an answer.
 *
 * @param what for people
 */
record Fault(Kind kind, String what) {

  enum Kind {
    /** A status of 500 or more. */
    SERVER_ERROR,
    /** No answer in time. */
    HANG,
    /** An answer that no document declares, or none where one was due. */
    UNDECLARED
  }
}
