package dev.tributary.simulations.chaos.time;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * What happened in a world: a digest over all of it, so that two runs of one seed can be compared,
 * and the last lines in full, for whoever looks into a violation. One thread at a time.
 */
public final class Trace {
  private static final int KEPT_LINES = 400;
  private static final long PRIME = 0x100000001b3L; // FNV-1a, 64 bit

  private final Deque<Line> last = new ArrayDeque<>();
  private long digest = 0xcbf29ce484222325L;
  private long count;

  private record Line(long nanos, String what) {
    @Override
    public String toString() {
      return "%12.4f s  %s".formatted(nanos / 1e9, what);
    }
  }

  /** Notes what happens at this time. */
  public void add(long nanos, String what) {
    digest(nanos);
    for (int i = 0; i < what.length(); i++) {
      digest = (digest ^ what.charAt(i)) * PRIME;
    }
    count++;
    if (last.size() == KEPT_LINES) {
      last.removeFirst();
    }
    last.addLast(new Line(nanos, what));
  }

  private void digest(long number) {
    for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
      digest = (digest ^ ((number >>> shift) & 0xff)) * PRIME;
    }
  }

  /** The same for two runs in which the same happened. */
  public long digest() {
    return digest;
  }

  /** How many things happened. */
  public long count() {
    return count;
  }

  /** The last things, oldest first. */
  public List<String> last() {
    return last.stream().map(Line::toString).toList();
  }
}
