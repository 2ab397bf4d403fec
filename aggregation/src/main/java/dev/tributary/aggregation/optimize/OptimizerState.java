package dev.tributary.aggregation.optimize;

import dev.tributary.aggregation.model.ModelLayout;
import dev.tributary.aggregation.model.ModelState;
import dev.tributary.aggregation.model.TensorSpec;
import java.util.Arrays;
import java.util.Optional;

/**
 * What a server optimiser remembers between rounds: nothing, or the velocity of momentum.
 *
 * <p>Ownership: {@code velocity} is not copied and must not be written to.
 *
 * @param velocity float[parameters], or empty before the first step and without momentum
 */
public record OptimizerState(float[] velocity) {

  private static final String VELOCITY = "velocity";

  /** Nothing remembered: the state before the first round. */
  public static OptimizerState empty() {
    return new OptimizerState(new float[0]);
  }

  /** Whether there is nothing to save. */
  public boolean isEmpty() {
    return velocity.length == 0;
  }

  /**
   * The state in a form that can be saved as a safetensors file; empty when there is nothing to
   * save.
   */
  public Optional<ModelState> toModelState() {
    return isEmpty()
        ? Optional.empty()
        : Optional.of(
            new ModelState(ModelLayout.of(TensorSpec.of(VELOCITY, velocity.length)), velocity));
  }

  /**
   * The state that {@link #toModelState()} was made from.
   *
   * @throws IllegalArgumentException if this is not a saved optimiser state
   */
  public static OptimizerState fromModelState(ModelState saved) {
    ModelLayout expected = ModelLayout.of(TensorSpec.of(VELOCITY, saved.layout().dimension()));
    if (!saved.layout().equals(expected)) {
      throw new IllegalArgumentException(
          "optimiser state: expected " + expected + ", got " + saved.layout());
    }
    return new OptimizerState(saved.values());
  }

  /** Equal in content. */
  @Override
  public boolean equals(Object other) {
    return other instanceof OptimizerState that && Arrays.equals(velocity, that.velocity);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(velocity);
  }

  @Override
  public String toString() {
    return "OptimizerState[" + velocity.length + " velocities]";
  }
}
