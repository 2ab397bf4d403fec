package dev.tributary.simulations.bench.delta;

/** How fast one kind of work went through bytes; of one thread, the first piece left out. */
final class Pace {

  private long nanos;
  private long bytes;
  private boolean warm;

  /** Work that may be refused. */
  @FunctionalInterface
  interface Work<R, X extends Exception> {
    R run() throws X;
  }

  /** Times a piece of work over so many bytes. */
  <R, X extends Exception> R time(long workBytes, Work<R, X> work) throws X {
    long start = System.nanoTime();
    R result = work.run();
    if (warm) {
      nanos += System.nanoTime() - start;
      bytes += workBytes;
    }
    warm = true;
    return result;
  }

  /** Millions of bytes a second; not a number before the second piece. */
  double megabytesPerSecond() {
    return bytes * 1e3 / nanos;
  }
}
