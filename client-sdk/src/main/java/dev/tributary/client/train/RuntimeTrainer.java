package dev.tributary.client.train;

import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.runtime.Evaluation;
import dev.tributary.aggregation.runtime.Examples;
import dev.tributary.aggregation.runtime.LocalModel;
import dev.tributary.aggregation.runtime.ModelRuntimes;
import dev.tributary.aggregation.runtime.TrainingOutcome;
import dev.tributary.aggregation.runtime.TrainingParameters;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The default {@link LocalTrainer}: trains with Tributary's model runtime, in pure Java where that
 * knows the layers, else with PyTorch when that is on the class path. Keeps the network of the last
 * specification open, so that rounds of one task build it once. Used by one platform thread at a
 * time.
 */
public final class RuntimeTrainer implements LocalTrainer {

  private final Supplier<Examples> training;
  private final Supplier<Examples> heldOut;
  private final String preference;
  private @Nullable LocalModel open;

  /**
   * A trainer on given examples.
   *
   * @param training asked anew for each round: what to train on
   * @param heldOut asked anew for each evaluation: what to evaluate on
   * @param preference {@code auto}, {@code java} or {@code pytorch}
   */
  public RuntimeTrainer(
      Supplier<Examples> training, Supplier<Examples> heldOut, String preference) {
    this.training = training;
    this.heldOut = heldOut;
    this.preference = preference;
  }

  /** Trains and evaluates on the same examples, in whatever runtime fits the model. */
  public static RuntimeTrainer on(Supplier<Examples> examples) {
    return new RuntimeTrainer(examples, examples, ModelRuntimes.AUTO);
  }

  @Override
  public List<String> runtimes() {
    return ModelRuntimes.names();
  }

  @Override
  public int exampleCount() {
    return training.get().size();
  }

  @Override
  public TrainedModel train(
      ModelSpec spec, float[] weights, TrainingParameters parameters, long seed)
      throws TrainingFailedException, InterruptedException {
    Examples examples = training.get();
    if (examples.size() == 0) {
      throw new TrainingFailedException("there are no examples to train on");
    }
    try {
      TrainingOutcome outcome = model(spec).train(weights, examples, parameters, seed);
      return new TrainedModel(outcome.examples(), outcome.meanLoss(), outcome.steps());
    } catch (CancellationException interrupted) {
      throw interruption(interrupted);
    } catch (IllegalArgumentException unfit) {
      throw new TrainingFailedException(
          "the examples do not fit the model: " + unfit.getMessage(), unfit);
    }
  }

  @Override
  public Evaluation evaluate(ModelSpec spec, float[] weights)
      throws TrainingFailedException, InterruptedException {
    Examples examples = heldOut.get();
    if (examples.size() == 0) {
      throw new TrainingFailedException("there are no held-out examples to evaluate on");
    }
    try {
      return model(spec).evaluate(weights, examples);
    } catch (CancellationException interrupted) {
      throw interruption(interrupted);
    } catch (IllegalArgumentException unfit) {
      throw new TrainingFailedException(
          "the examples do not fit the model: " + unfit.getMessage(), unfit);
    }
  }

  private static InterruptedException interruption(CancellationException interrupted) {
    Thread.interrupted();
    return (InterruptedException)
        new InterruptedException("the trainer was interrupted").initCause(interrupted);
  }

  private LocalModel model(ModelSpec spec) {
    LocalModel known = open;
    if (known != null && known.spec().equals(spec)) {
      return known;
    }
    close();
    LocalModel fresh = ModelRuntimes.forSpec(spec, preference).open(spec);
    open = fresh;
    return fresh;
  }

  @Override
  public void close() {
    LocalModel known = open;
    open = null;
    if (known != null) {
      known.close();
    }
  }
}
