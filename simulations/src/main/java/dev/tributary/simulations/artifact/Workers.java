package dev.tributary.simulations.artifact;

import dev.tributary.aggregation.compress.SpecifiedModel;
import dev.tributary.aggregation.runtime.Evaluation;
import dev.tributary.aggregation.runtime.Examples;
import dev.tributary.aggregation.runtime.LocalModel;
import dev.tributary.aggregation.runtime.ModelRuntime;
import dev.tributary.aggregation.runtime.TrainingParameters;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/**
 * Platform threads that train and evaluate, each with a network of its own. Results depend on how
 * many there are, not on their timing.
 */
public final class Workers implements AutoCloseable {

  private static final int AVERAGES_AN_EPOCH = 6;

  private final ModelRuntime runtime;
  private final int count;
  private final ExecutorService threads;

  /**
   * Threads that stand ready.
   *
   * @param runtime knows the layers of every model that is given
   */
  public Workers(ModelRuntime runtime, int count) {
    this.runtime = runtime;
    this.count = count;
    this.threads =
        Executors.newFixedThreadPool(
            count, Thread.ofPlatform().name("compression-", 0).daemon().factory());
  }

  public ModelRuntime runtime() {
    return runtime;
  }

  /** Does some work beside each other; results in order, the first failure ends it. */
  public <T> List<T> all(List<Callable<T>> work) throws InterruptedException {
    List<Future<T>> running = new ArrayList<>();
    work.forEach(item -> running.add(threads.submit(item)));
    List<T> results = new ArrayList<>();
    try {
      for (Future<T> item : running) {
        results.add(item.get());
      }
    } catch (ExecutionException failed) {
      throw new IllegalStateException("work on a model failed", failed.getCause());
    } finally {
      running.forEach(item -> item.cancel(true));
    }
    return results;
  }

  /**
   * Trains on all workers: each on its part of the rows, the weights averaged several times an
   * epoch.
   *
   * @param afterAverage what happens to the averaged weights, such as a pruning mask
   */
  public SpecifiedModel train(
      SpecifiedModel start,
      Examples rows,
      TrainingParameters parameters,
      Consumer<float[]> afterAverage)
      throws InterruptedException {
    TrainingParameters piece =
        new TrainingParameters(
            1, parameters.batchSize(), parameters.learningRate(), parameters.momentum());
    float[] weights = start.state().copyOfValues();
    afterAverage.accept(weights);
    int pieces = parameters.epochs() * AVERAGES_AN_EPOCH;
    for (int done = 0; done < pieces; done++) {
      int part = done % AVERAGES_AN_EPOCH;
      Examples now =
          rows.range(cut(rows, part, AVERAGES_AN_EPOCH), cut(rows, part + 1, AVERAGES_AN_EPOCH));
      List<Callable<float[]>> shares = new ArrayList<>();
      for (int worker = 0; worker < count; worker++) {
        Examples share = now.range(cut(now, worker, count), cut(now, worker + 1, count));
        float[] copy = weights.clone();
        long seed = (long) done * count + worker;
        shares.add(() -> trained(start, copy, share, piece, seed));
      }
      weights = mean(all(shares));
      afterAverage.accept(weights);
    }
    return SpecifiedModel.of(start.spec(), weights);
  }

  private static int cut(Examples rows, int part, int parts) {
    return (int) ((long) rows.size() * part / parts);
  }

  private float[] trained(
      SpecifiedModel model,
      float[] weights,
      Examples rows,
      TrainingParameters parameters,
      long seed) {
    try (LocalModel local = runtime.open(model.spec())) {
      local.train(weights, rows, parameters, seed);
      return weights;
    }
  }

  private static float[] mean(List<float[]> vectors) {
    float[] mean = new float[vectors.get(0).length];
    for (int i = 0; i < mean.length; i++) {
      double sum = 0;
      for (float[] vector : vectors) {
        sum += vector[i];
      }
      mean[i] = (float) (sum / vectors.size());
    }
    return mean;
  }

  /** Evaluates on all workers. */
  public Evaluation evaluate(SpecifiedModel model, Examples rows) throws InterruptedException {
    List<Callable<Evaluation>> shares = new ArrayList<>();
    for (int worker = 0; worker < count; worker++) {
      Examples share = rows.range(cut(rows, worker, count), cut(rows, worker + 1, count));
      shares.add(
          () -> {
            try (LocalModel local = runtime.open(model.spec())) {
              return local.evaluate(model.weights(), share);
            }
          });
    }
    return all(shares).stream().reduce(Evaluation::merge).orElseThrow();
  }

  @Override
  public void close() {
    threads.shutdownNow();
    threads.close();
  }
}
