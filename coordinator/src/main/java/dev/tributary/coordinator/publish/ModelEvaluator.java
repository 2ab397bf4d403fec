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

  /**
   * The evaluation of a file that devices get, read from its own bytes, or empty when there are no
   * examples for this task or the file cannot run here. Called once for each file that is
   * published, on a thread as above; the promotion waits for it.
   *
   * @throws MalformedArtifactException when the bytes are not what the artifact says
   */
  default Optional<Evaluation> evaluate(TaskName task, ModelArtifact artifact)
      throws MalformedArtifactException {
    if (artifact.kind() == ArtifactKind.ONNX || artifact.kind() == ArtifactKind.ONNX_INT8) {
      return Optional.empty(); // graphs need another runtime
    }
    SpecifiedModel model = ModelCodecs.decode(artifact);
    return evaluate(task, model.spec(), model.state());
  }

  /** For a coordinator without examples of its own. */
  static ModelEvaluator none() {
    return (task, spec, state) -> Optional.empty();
  }
}
