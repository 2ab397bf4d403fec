package dev.tributary.simulations.chaos.door;

import java.util.ArrayList;
import java.util.List;

/**
 * What a request came over. Bytes of a body come in pieces; it may break off before all of them are
 * there, or while the answer is awaited.
 */
public final class Connection {
  private final int bodyBytes;
  private final List<Runnable> whenGone = new ArrayList<>();
  private boolean gone;

  /**
   * A connection.
   *
   * @param bodyBytes how many of the body arrive before it breaks off
   */
  public Connection(int bodyBytes) {
    this.bodyBytes = bodyBytes;
  }

  /** One over which everything arrives. */
  public static Connection whole() {
    return new Connection(Integer.MAX_VALUE);
  }

  int bodyBytes() {
    return bodyBytes;
  }

  boolean isGone() {
    return gone;
  }

  /** Runs the action when it breaks off, or at once if it has. */
  public void whenGone(Runnable action) {
    if (gone) {
      action.run();
    } else {
      whenGone.add(action);
    }
  }

  /** It breaks off. */
  public void breakOff() {
    if (!gone) {
      gone = true;
      List.copyOf(whenGone).forEach(Runnable::run);
    }
  }
}
