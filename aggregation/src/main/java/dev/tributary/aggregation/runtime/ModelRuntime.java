package dev.tributary.aggregation.runtime;

import dev.tributary.aggregation.model.ModelSpec;

/**
 * A way of computing models. Safe on any thread. Providers are found by {@link
 * java.util.ServiceLoader}.
 */
public interface ModelRuntime {
  /** Its name in configuration and messages: {@code java} or {@code pytorch}. */
  String name();

  /** Whether it knows every layer of the specification. */
  boolean supports(ModelSpec spec);

  /**
   * A model with its buffers, to be closed by the caller.
   *
   * @throws IllegalArgumentException when {@link #supports} says no
   */
  LocalModel open(ModelSpec spec);
}
