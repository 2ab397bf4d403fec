package dev.tributary.coordinator.publish;

import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.model.ModelState;
import dev.tributary.aggregation.protocol.TaskName;
import dev.tributary.aggregation.runtime.Evaluation;
import java.util.Optional;

/**
 * Measures a new model on examples that the coordinator's operator holds out. Called once for each
 * version, before it is published, on a platform thread that it may keep as long as it needs;
 * rounds of the task wait for it.
 */
@FunctionalInterface
public interface ModelEvaluator {
  /**
   * The evaluation, or empty when there are no examples for this task. Must not write to the
   * state's values.
   */
  Optional<Evaluation> evaluate(TaskName task, ModelSpec spec, ModelState state);

  /** For a coordinator without examples of its own. */
  static ModelEvaluator none() {
    return (task, spec, state) -> Optional.empty();
  }
}
