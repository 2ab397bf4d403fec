package dev.tributary.aggregation.compress;

import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.model.ModelState;

/**
 * A network and its weights, which fit each other. The weights are owned as those of a {@link
 * ModelState} are.
 *
 * @param spec the network
 * @param state its weights, laid out as the specification says
 */
public record SpecifiedModel(ModelSpec spec, ModelState state) {

  /**
   * Refuses weights of another network.
   *
   * @throws IllegalArgumentException when the layouts differ
   */
  public SpecifiedModel {
    if (!state.layout().equals(spec.layout())) {
      throw new IllegalArgumentException(
          "model: the specification has the tensors "
              + spec.layout()
              + ", the state has "
              + state.layout());
    }
  }

  /**
   * The model of these weights, which the caller gives away.
   *
   * @param weights flat in layout order, {@code [parameters]}
   */
  public static SpecifiedModel of(ModelSpec spec, float[] weights) {
    return new SpecifiedModel(spec, new ModelState(spec.layout(), weights));
  }

  /** The flat weights in layout order, not to be written to. */
  public float[] weights() {
    return state.values();
  }
}
