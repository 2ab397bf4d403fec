package dev.tributary.simulations.bench.secagg;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Threads that work off a list side by side. */
final class Crew implements AutoCloseable {

  private final int threads;
  private final ExecutorService executor;

  Crew(int threads) {
    this.threads = threads;
    this.executor =
        Executors.newFixedThreadPool(
            threads, Thread.ofPlatform().name("bench-", 0).daemon().factory());
  }

  int threads() {
    return threads;
  }

  /** Does all of it and waits; results in the order of the work. The first failure ends it. */
  <T> List<T> all(List<? extends Callable<T>> work) throws Exception {
    List<Future<T>> futures = new ArrayList<>();
    work.forEach(one -> futures.add(executor.submit(one)));
    try {
      List<T> results = new ArrayList<>();
      for (Future<T> future : futures) {
        results.add(future.get());
      }
      return results;
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof Exception cause) {
        throw cause;
      }
      throw new IllegalStateException("the benchmark failed", failed.getCause());
    } finally {
      futures.forEach(future -> future.cancel(true));
    }
  }

  @Override
  public void close() {
    executor.shutdownNow();
    executor.close();
  }
}
