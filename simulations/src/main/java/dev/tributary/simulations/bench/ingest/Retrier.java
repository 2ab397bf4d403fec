package dev.tributary.simulations.bench.ingest;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * Makes attempts until they have a result. Between two of them no thread waits: the next one is
 * scheduled for the time that the last one was told, and others have the thread meanwhile.
 *
 * @param threads run the attempts, of which each has at most one running
 * @param limit how long something may be turned away, from its first attempt on
 */
record Retrier(Executor threads, Duration limit) {

  /**
   * The result of the first attempt that is not turned away.
   *
   * @return fails with whatever else an attempt throws, and with {@link IOException} after the
   *     limit
   */
  <T> CompletableFuture<T> until(Callable<T> attempt) {
    var result = new CompletableFuture<T>();
    threads.execute(() -> attempt(attempt, System.nanoTime() + limit.toNanos(), result));
    return result;
  }

  private <T> void attempt(Callable<T> attempt, long deadlineNanos, CompletableFuture<T> result) {
    try {
      result.complete(attempt.call());
    } catch (TurnedAwayException e) {
      long waitNanos = e.after().toNanos();
      if (System.nanoTime() + waitNanos - deadlineNanos > 0) {
        result.completeExceptionally(
            new IOException("turned away for " + limit.toSeconds() + " s: " + e.getMessage(), e));
      } else {
        CompletableFuture.delayedExecutor(waitNanos, TimeUnit.NANOSECONDS, threads)
            .execute(() -> attempt(attempt, deadlineNanos, result));
      }
    } catch (Exception | Error e) { // whoever asks must not wait for ever
      result.completeExceptionally(e);
    }
  }
}
