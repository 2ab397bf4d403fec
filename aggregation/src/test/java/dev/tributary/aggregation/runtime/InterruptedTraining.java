package dev.tributary.aggregation.runtime;

import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/** A training run on a thread of its own that is interrupted once it computes. For tests. */
public final class InterruptedTraining {
  /** What a runtime's {@code train} calls in each step, after it has asked for interruptions. */
  private static final Set<String> STEPS = Set.of("step", "gradients");

  /** How long a step may take on a busy machine; the run that is interrupted takes far longer. */
  private static final long MOST_SECONDS = 60;

  private InterruptedTraining() {}

  /**
   * Trains a thousand epochs, and interrupts that in the midst of a step.
   *
   * @return what {@code train} threw
   * @throws AssertionError when it did not throw within a minute, or has cleared the flag
   */
  public static Throwable end(LocalModel model, float[] weights, Examples examples)
      throws Exception {
    var plan = new TrainingParameters(1000, 1, 1e-4f, 0.9f);
    var run = new FutureTask<>(() -> thrown(model, weights, examples, plan));
    var thread = new Thread(run, "training");
    thread.start();
    while (!isInAStep(thread, model) && !run.isDone()) {
      Thread.onSpinWait();
    }
    thread.interrupt();
    return run.get(MOST_SECONDS, TimeUnit.SECONDS);
  }

  private static Throwable thrown(
      LocalModel model, float[] weights, Examples examples, TrainingParameters plan) {
    try {
      var outcome = model.train(weights, examples, plan, 1);
      throw new AssertionError("not interrupted: " + outcome);
    } catch (RuntimeException e) {
      if (!Thread.currentThread().isInterrupted()) {
        throw new AssertionError("the flag was cleared", e);
      }
      return e;
    }
  }

  private static boolean isInAStep(Thread thread, LocalModel model) {
    return Arrays.stream(thread.getStackTrace())
        .anyMatch(
            frame ->
                frame.getClassName().equals(model.getClass().getName())
                    && STEPS.contains(frame.getMethodName()));
  }
}
