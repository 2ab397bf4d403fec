package dev.tributary.aggregation.runtime.network;

import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.runtime.LocalModel;
import dev.tributary.aggregation.runtime.ModelRuntime;

/**
 * The runtime {@code java}: linear models and multi-layer perceptrons with relu, tanh and sigmoid.
 * No native code, the same bits on every machine, and the fastest there is for small models. Safe
 * on any thread.
 */
public final class JavaModelRuntime implements ModelRuntime {
  @Override
  public String name() {
    return "java";
  }

  @Override
  public boolean supports(ModelSpec spec) {
    return Network.supported(spec);
  }

  @Override
  public LocalModel open(ModelSpec spec) {
    return new JavaLocalModel(spec);
  }
}
