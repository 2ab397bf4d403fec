package dev.tributary.client.testing;

import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.runtime.ConfusionMatrix;
import dev.tributary.aggregation.runtime.Evaluation;
import dev.tributary.aggregation.runtime.TrainingParameters;
import dev.tributary.client.train.LocalTrainer;
import dev.tributary.client.train.TrainedModel;
import dev.tributary.client.train.TrainingFailedException;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** A trainer whose result can be told in advance: weight i moves by i / 8. */
public final class StepTrainer implements LocalTrainer {

  private final int exampleCount;
  private final Work work;
  private final float size;
  private final AtomicInteger trainings = new AtomicInteger();
  private final AtomicBoolean closed = new AtomicBoolean();

  /** What happens before the weights move. */
  public interface Work {
    void run() throws TrainingFailedException, InterruptedException;
  }

  public StepTrainer(int exampleCount) {
    this(exampleCount, () -> {});
  }

  public StepTrainer(int exampleCount, Work work) {
    this(exampleCount, work, 1);
  }

  /** Moves weight i by {@code size} times i / 8. */
  public StepTrainer(int exampleCount, float size) {
    this(exampleCount, () -> {}, size);
  }

  private StepTrainer(int exampleCount, Work work, float size) {
    this.exampleCount = exampleCount;
    this.work = work;
    this.size = size;
  }

  public static StepTrainer failing(String message) {
    return new StepTrainer(
        20,
        () -> {
          throw new TrainingFailedException(message);
        });
  }

  public static StepTrainer throwing(RuntimeException thrown) {
    return new StepTrainer(
        20,
        () -> {
          throw thrown;
        });
  }

  public static StepTrainer throwing(Error thrown) {
    return new StepTrainer(
        20,
        () -> {
          throw thrown;
        });
  }

  public int trainings() {
    return trainings.get();
  }

  public boolean isClosed() {
    return closed.get();
  }

  @Override
  public List<String> runtimes() {
    return List.of("java");
  }

  @Override
  public int exampleCount() {
    return exampleCount;
  }

  @Override
  public TrainedModel train(
      ModelSpec spec, float[] weights, TrainingParameters parameters, long seed)
      throws TrainingFailedException, InterruptedException {
    trainings.incrementAndGet();
    work.run();
    for (int i = 0; i < weights.length; i++) {
      weights[i] += size * i / 8f;
    }
    return new TrainedModel(exampleCount, 0.5, 1);
  }

  @Override
  public Evaluation evaluate(ModelSpec spec, float[] weights) {
    return new Evaluation(3, 1.5, ConfusionMatrix.of(3, new long[] {1, 0, 0, 0, 1, 0, 0, 1, 0}));
  }

  @Override
  public void close() {
    closed.set(true);
  }
}
