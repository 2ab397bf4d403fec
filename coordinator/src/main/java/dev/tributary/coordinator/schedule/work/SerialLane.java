package dev.tributary.coordinator.schedule.work;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs actions one after the other, in the order given, on whatever threads an executor has: a lane
 * of its own for each task instead of a lock. What one action wrote, the next one sees.
 */
public final class SerialLane implements Executor {
  private static final Logger LOG = LoggerFactory.getLogger(SerialLane.class);

  private final String name;
  private final Executor threads;
  private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waitingCount = new AtomicInteger();

  public SerialLane(String name, Executor threads) {
    this.name = name;
    this.threads = threads;
  }

  @Override
  public void execute(Runnable action) {
    waiting.add(action);
    if (waitingCount.getAndIncrement() == 0) {
      threads.execute(this::drain);
    }
  }

  private void drain() {
    do {
      Runnable action = waiting.remove();
      try {
        action.run();
      } catch (RuntimeException | Error e) { // a defect in one action must not stop the lane
        LOG.error("{}: an action failed", name, e);
      }
    } while (waitingCount.decrementAndGet() > 0);
  }
}
