package dev.tributary.coordinator.schedule.work;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The threads that rounds run on: those of this machine, or those of a simulation. */
public interface RoundThreads extends AutoCloseable {
  /** Threads for short decisions; may be virtual. */
  Executor lanes();

  /** Platform threads for sums, models and files. */
  Executor workers();

  /** Takes no more work for the workers; what was taken is done. */
  @Override
  void close();

  /** A virtual thread for each lane that has something to do, and a worker for each processor. */
  static RoundThreads ofMachine() {
    var lanes = Thread.ofVirtual().name("lane-", 0).factory();
    ExecutorService workers =
        Executors.newFixedThreadPool(
            Runtime.getRuntime().availableProcessors(),
            Thread.ofPlatform().daemon().name("round-worker-", 0).factory());
    return new RoundThreads() {
      @Override
      public Executor lanes() {
        return action -> lanes.newThread(action).start();
      }

      @Override
      public Executor workers() {
        return workers;
      }

      @Override
      public void close() {
        workers.shutdown();
      }
    };
  }
}
