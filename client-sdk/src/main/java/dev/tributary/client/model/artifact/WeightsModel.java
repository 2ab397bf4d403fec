package dev.tributary.client.model.artifact;

import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.model.ModelState;
import dev.tributary.aggregation.runtime.Examples;
import dev.tributary.aggregation.runtime.LocalModel;
import dev.tributary.aggregation.runtime.ModelRuntime;

/** Weights, which nobody writes to, and the runtime that computes with them. */
record WeightsModel(ModelRuntime runtime, ModelSpec spec, ModelState state)
    implements RunnableModel {

  @Override
  public Network open() {
    return new WeightsNetwork(runtime.open(spec), state);
  }

  @Override
  public void close() {
    // The weights are the heap's.
  }

  private record WeightsNetwork(LocalModel local, ModelState state) implements Network {

    @Override
    public float[] predict(Examples examples) {
      return local.predict(state.values(), examples);
    }

    @Override
    public void close() {
      local.close();
    }
  }
}
