package dev.tributary.coordinator.publish;

import dev.tributary.aggregation.compress.ArtifactKind;
import dev.tributary.aggregation.compress.MalformedArtifactException;
import dev.tributary.aggregation.compress.ModelArtifact;
import dev.tributary.aggregation.compress.SpecifiedModel;
import dev.tributary.aggregation.compress.codec.ModelCodecs;
import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.model.ModelState;
import dev.tributary.aggregation.protocol.TaskName;
import dev.tributary.aggregation.runtime.Evaluation;
import dev.tributary.coordinator.publish.artifact.ArtifactMetrics;
import java.util.Optional;

/**
 * Measures a new model on examples that the coordinator's operator holds out. Called once for each
 * version, before it is published, on a platform thread that it may keep as long as it needs;
 * rounds of the task wait for it.
 */
@FunctionalInterface
public interface ModelEvaluator extends ArtifactMetrics.Meter {
  /**
   * The evaluation, or empty when there are no examples for this task. Must not write to the
   * state's values.
   */
  Optional<Evaluation> evaluate(TaskName task, ModelSpec spec, ModelState state);

  /**
   * {@inheritDoc} Here, what is decoded to weights; graphs need another runtime and are not
   * measured.
   */
  @Override
  default Optional<Evaluation> measure(TaskName task, ModelArtifact artifact)
      throws MalformedArtifactException {
    if (artifact.kind() == ArtifactKind.ONNX || artifact.kind() == ArtifactKind.ONNX_INT8) {
      return Optional.empty();
    }
    SpecifiedModel model = ModelCodecs.decode(artifact);
    return evaluate(task, model.spec(), model.state());
  }

  @Override
  default String rows(TaskName task) {
    return ArtifactMetrics.COORDINATOR;
  }

  /** For a coordinator without examples of its own. */
  static ModelEvaluator none() {
    return (task, spec, state) -> Optional.empty();
  }
}
