package dev.tributary.simulations.chaos.time;

import java.util.concurrent.Semaphore;
import java.util.function.Consumer;

/**
 * A thread for code that blocks, inside a world in which one thread runs at a time. It runs only
 * while whoever resumed it waits; when it has to wait for something it parks, and time goes on
 * without it. So what it does is a part of the order of the world, as if it never blocked.
 *
 * <p>{@link #resume} and {@link #kill} are called by the thread that moves the time, {@link #park}
 * by the strand itself.
 */
public final class Strand {
  private final Semaphore mayRun = new Semaphore(0);
  private final Semaphore hasParked = new Semaphore(0);
  private volatile boolean killed;
  private volatile boolean ended;

  /** The process that this strand belongs to is killed: unwinds it, whatever it was doing. */
  public static final class Killed extends Error {
    private static final long serialVersionUID = 1L;

    public Killed() {
      super("killed", null, false, false);
    }
  }

  /** A strand that has not begun: {@link #resume} does. */
  public Strand(String name, Consumer<Strand> body) {
    Thread.ofVirtual().name(name).start(() -> run(body));
  }

  private void run(Consumer<Strand> body) {
    mayRun.acquireUninterruptibly();
    try {
      if (!killed) {
        body.accept(this);
      }
    } catch (Killed expected) {
      // what it held in memory is gone
    } finally {
      ended = true;
      hasParked.release();
    }
  }

  /** Lets it run until it parks or ends. */
  public void resume() {
    if (!ended) {
      mayRun.release();
      hasParked.acquireUninterruptibly();
    }
  }

  /** Unwinds it; it never runs again. Not to be called by itself. */
  public void kill() {
    killed = true;
    resume();
  }

  /** The strand itself dies here. */
  public void die() {
    killed = true;
    throw new Killed();
  }

  /** Waits until it is resumed. */
  public void park() {
    if (killed) { // unwinding
      throw new Killed();
    }
    hasParked.release();
    mayRun.acquireUninterruptibly();
    if (killed) {
      throw new Killed();
    }
  }

  public boolean isEnded() {
    return ended;
  }
}
