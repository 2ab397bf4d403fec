package dev.tributary.aggregation.mask.keystream;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A number of threads that do numbered tasks and end together: the calling thread and, while {@link
 * #run} lasts, daemon threads of its own. Used once.
 */
final class TaskCrew {

  /** No task is left. */
  static final long NONE = -1;

  private final int threads;
  private final long tasks;
  private final AtomicLong taken = new AtomicLong();
  private final Thread caller = Thread.currentThread();
  private volatile @Nullable Throwable failure;

  /**
   * @param threads the caller's included, at least 1
   * @param tasks how many there are
   */
  TaskCrew(int threads, long tasks) {
    this.threads = threads;
    this.tasks = tasks;
  }

  /** The number of the next task, from 0 on and given to nobody else, or {@link #NONE}. */
  long next() {
    long task = stopped() ? tasks : taken.getAndIncrement();
    return task < tasks ? task : NONE;
  }

  /** Whether work is to be left as it is: a thread failed, or the caller was interrupted. */
  boolean stopped() {
    if (caller.isInterrupted()) {
      fail(new InterruptedException("interrupted while masks were applied"));
    }
    return failure != null;
  }

  /**
   * Lets all threads run {@code member}, which takes tasks until there are none, and waits for
   * them, also when one of them fails.
   *
   * @throws InterruptedException if the calling thread was interrupted; its flag is cleared then
   */
  void run(Runnable member) throws InterruptedException {
    List<Thread> others = new ArrayList<>();
    try {
      for (int i = 1; i < threads; i++) {
        Thread other = new Thread(() -> runSafely(member), "masks-" + i);
        other.setDaemon(true);
        other.start();
        others.add(other);
      }
    } catch (OutOfMemoryError tooManyThreads) { // those that run must be waited for
      fail(tooManyThreads);
    }
    runSafely(member);
    others.forEach(this::join);
    rethrowFailure();
  }

  private void runSafely(Runnable member) {
    try {
      member.run();
    } catch (RuntimeException | Error thrown) {
      fail(thrown);
    }
  }

  /** Waits whatever happens: nobody may touch the lanes after the call. */
  private void join(Thread other) {
    while (true) {
      try {
        other.join();
        return;
      } catch (InterruptedException interrupted) {
        fail(interrupted);
      }
    }
  }

  private synchronized void fail(Throwable thrown) {
    if (failure == null) {
      failure = thrown;
    }
  }

  private void rethrowFailure() throws InterruptedException {
    Throwable thrown = failure;
    if (thrown instanceof InterruptedException interrupted) {
      Thread.interrupted(); // clears the flag, as whoever throws this does
      throw interrupted;
    }
    if (thrown instanceof RuntimeException broken) {
      throw broken;
    }
    if (thrown instanceof Error error) {
      throw error;
    }
  }
}
