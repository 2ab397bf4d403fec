package dev.tributary.aggregation.optimize;

import dev.tributary.aggregation.model.ModelState;
import java.util.Optional;

/**
 * Federated averaging: {@code velocity = momentum * velocity + mean; weights += learningRate *
 * velocity}.
 *
 * <p>With learning rate 1 and no momentum this is the FedAvg of McMahan et al. 2017; with momentum
 * it is FedAvgM of Hsu, Qi and Brown 2019.
 *
 * @param learningRate of the server, above 0 and finite
 * @param momentum in [0, 1); 0 keeps no velocity
 */
public record FedAvg(float learningRate, float momentum) implements ServerOptimizer {

  public FedAvg {
    if (!(learningRate > 0) || Float.isInfinite(learningRate)) {
      throw new IllegalArgumentException(
          "server learning rate: expected above 0 and finite, got " + learningRate);
    }
    if (!(momentum >= 0 && momentum < 1)) {
      throw new IllegalArgumentException(
          "server momentum: expected 0 or more and below 1, got " + momentum);
    }
  }

  @Override
  public OptimizedModel step(ModelState model, MeanUpdate mean, OptimizerState state) {
    float[] direction = mean.mean();
    requireDimension("mean update", direction.length, model);
    if (momentum > 0) {
      direction = velocity(direction, state, model);
    }
    float[] weights = model.copyOfValues();
    for (int i = 0; i < weights.length; i++) {
      weights[i] = moved(weights[i], learningRate, direction[i]);
    }
    ModelState next = new ModelState(model.layout(), weights);
    int nonFinite = next.firstNonFinite();
    if (nonFinite >= 0) {
      throw new IllegalArgumentException(
          "server step: the weight at index "
              + nonFinite
              + " would not be finite; lower the learning rates");
    }
    return new OptimizedModel(
        next, momentum > 0 ? new OptimizerState(direction) : OptimizerState.empty());
  }

  /** A step without remembered velocity depends on the sum alone. */
  @Override
  public Optional<GridStep> gridStep(double factor, OptimizerState before) {
    return momentum > 0 && !before.isEmpty()
        ? Optional.empty()
        : Optional.of(new GridStep(factor, learningRate));
  }

  /** One weight after the step: the product is rounded, then the sum. */
  static float moved(float weight, float learningRate, float direction) {
    return weight + learningRate * direction;
  }

  private float[] velocity(float[] mean, OptimizerState state, ModelState model) {
    float[] velocity = mean.clone();
    if (state.isEmpty()) {
      return velocity;
    }
    float[] before = state.velocity();
    requireDimension("velocity", before.length, model);
    for (int i = 0; i < velocity.length; i++) {
      velocity[i] += momentum * before[i];
    }
    return velocity;
  }

  private static void requireDimension(String thing, int length, ModelState model) {
    if (length != model.layout().dimension()) {
      throw new IllegalArgumentException(
          thing + ": expected " + model.layout().dimension() + " coordinates, got " + length);
    }
  }
}
