package dev.tributary.simulations.bench.delta;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/**
 * How fast one kind of work goes through bytes: in time of the core, so that other work on the
 * machine does not count. The first two pieces, in which code is compiled, are left out. For one
 * thread.
 */
final class Pace {

  private static final ThreadMXBean CLOCK = ManagementFactory.getThreadMXBean();
  private static final int COLD_PIECES = 2;

  private long nanos;
  private long bytes;
  private int pieces;

  /** Work that may be refused. */
  @FunctionalInterface
  interface Work<R, X extends Exception> {
    R run() throws X;
  }

  /** Times a piece of work over so many bytes. */
  <R, X extends Exception> R time(long workBytes, Work<R, X> work) throws X {
    long start = CLOCK.getCurrentThreadCpuTime();
    R result = work.run();
    pieces++;
    if (pieces > COLD_PIECES) {
      nanos += CLOCK.getCurrentThreadCpuTime() - start;
      bytes += workBytes;
    }
    return result;
  }

  /** Millions of bytes a second; not a number before the third piece. */
  double megabytesPerSecond() {
    return bytes * 1e3 / nanos;
  }
}
