package dev.tributary.simulations.world.setup;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * As many seats as threads may compute at once. What a seat computes does not depend on which seat
 * or thread it is, so their number never shows in a result. Safe on any thread.
 */
public final class TrainingSeats implements AutoCloseable {

  private final ExecutorService threads;
  private final BlockingQueue<TrainingSeat> free = new LinkedBlockingQueue<>();
  private final int count;

  /** Seats that compute in this runtime: {@code auto}, {@code java} or {@code pytorch}. */
  public TrainingSeats(String runtime, int count) {
    this.count = count;
    this.threads =
        Executors.newFixedThreadPool(
            count, Thread.ofPlatform().name("seat-", 0).daemon().factory());
    for (int i = 0; i < count; i++) {
      free.add(new TrainingSeat(runtime));
    }
  }

  /** Work that needs a seat. */
  @FunctionalInterface
  public interface Work<R, X extends Exception> {
    R with(TrainingSeat seat) throws X, InterruptedException;
  }

  /** Work on one of several items. */
  @FunctionalInterface
  public interface ItemWork<T, R> {
    R with(TrainingSeat seat, T item) throws Exception;
  }

  /** Waits for a free seat and does the work on the calling thread, a platform thread. */
  public <R, X extends Exception> R use(Work<R, X> work) throws X, InterruptedException {
    TrainingSeat seat = free.take();
    try {
      return work.with(seat);
    } finally {
      free.add(seat);
    }
  }

  /**
   * Does the work on every item, on the seats' own threads; results in the items' order. The first
   * failure ends it.
   */
  public <T, R> List<R> map(List<T> items, ItemWork<T, R> work) throws InterruptedException {
    var tasks = new ArrayList<Future<R>>(items.size());
    for (T item : items) {
      Callable<R> task = () -> use(seat -> work.with(seat, item));
      tasks.add(threads.submit(task));
    }
    var results = new ArrayList<R>(items.size());
    try {
      for (Future<R> task : tasks) {
        results.add(task.get());
      }
    } catch (ExecutionException failed) {
      throw SimulationFailedException.because(failed.getCause());
    } finally {
      tasks.forEach(task -> task.cancel(true));
    }
    return results;
  }

  /** Ends the threads, waits for work under way and frees every network. */
  @Override
  public void close() {
    threads.shutdownNow();
    threads.close();
    for (int i = 0; i < count; i++) {
      TrainingSeat seat = free.poll();
      if (seat != null) {
        seat.close();
      }
    }
  }
}
