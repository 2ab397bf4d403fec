package dev.tributary.aggregation.runtime.pytorch;

import ai.djl.pytorch.engine.PtEngine;
import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.runtime.LocalModel;
import dev.tributary.aggregation.runtime.ModelRuntime;
import java.util.Objects;

/**
 * The runtime {@code pytorch}: every layer, computed by PyTorch through DJL. Found by {@link
 * java.util.ServiceLoader} when DJL is on the class path. Safe on any thread; its models belong on
 * platform threads, never on an event loop.
 */
public final class PyTorchModelRuntime implements ModelRuntime {
  private static final String ENGINE = PtEngine.class.getName();

  /**
   * The runtime; without DJL on the class path this fails to link, and so its absence is noticed.
   */
  public PyTorchModelRuntime() {
    Objects.requireNonNull(ENGINE);
  }

  @Override
  public String name() {
    return "pytorch";
  }

  @Override
  public boolean supports(ModelSpec spec) {
    return true;
  }

  /**
   * A model with its native buffers.
   *
   * @throws IllegalStateException when PyTorch's native library for this platform is missing or
   *     does not load
   */
  @Override
  public LocalModel open(ModelSpec spec) {
    NativeThread.startEngine();
    return new PyTorchLocalModel(spec);
  }
}
