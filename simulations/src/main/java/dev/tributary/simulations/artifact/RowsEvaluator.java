package dev.tributary.simulations.artifact;

import ai.onnxruntime.OrtException;
import dev.tributary.aggregation.compress.MalformedArtifactException;
import dev.tributary.aggregation.compress.ModelArtifact;
import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.model.ModelState;
import dev.tributary.aggregation.protocol.TaskName;
import dev.tributary.aggregation.runtime.Evaluation;
import dev.tributary.aggregation.runtime.Examples;
import dev.tributary.aggregation.runtime.LocalModel;
import dev.tributary.aggregation.runtime.ModelRuntime;
import dev.tributary.aggregation.runtime.ModelRuntimes;
import dev.tributary.coordinator.publish.ModelEvaluator;
import dev.tributary.simulations.data.Dataset;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Measures the models of some tasks, and the files that are published of them, on the test rows of
 * data sets: graphs in ONNX Runtime, others in the runtime that knows their layers. Rows that a
 * task's network does not take are warned of once, and then there are none. Any thread.
 */
public final class RowsEvaluator implements ModelEvaluator {

  private static final Logger LOG = LoggerFactory.getLogger(RowsEvaluator.class);

  private final Map<TaskName, Dataset> data;
  private final Set<TaskName> warned = ConcurrentHashMap.newKeySet();

  /** Measures the tasks that are keys here. */
  public RowsEvaluator(Map<TaskName, Dataset> data) {
    this.data = Map.copyOf(data);
  }

  @Override
  public Optional<Evaluation> evaluate(TaskName task, ModelSpec spec, ModelState state) {
    Optional<Examples> rows = rows(task, spec);
    if (rows.isEmpty()) {
      return Optional.empty();
    }
    try (LocalModel local = runtime(spec).open(spec)) {
      return Optional.of(local.evaluate(state.copyOfValues(), rows.get()));
    }
  }

  @Override
  public Optional<Evaluation> evaluate(TaskName task, ModelArtifact artifact)
      throws MalformedArtifactException {
    Optional<Examples> rows = rows(task, artifact.spec());
    if (rows.isEmpty()) {
      return Optional.empty();
    }
    try (Runner runner = Runner.of(artifact, runtime(artifact.spec()))) {
      return Optional.of(Runner.evaluation(artifact, runner.predict(rows.get()), rows.get()));
    } catch (OrtException e) {
      throw new MalformedArtifactException("ONNX Runtime refuses the graph: " + e.getMessage());
    }
  }

  private static ModelRuntime runtime(ModelSpec spec) {
    return ModelRuntimes.forSpec(spec, ModelRuntimes.AUTO);
  }

  private Optional<Examples> rows(TaskName task, ModelSpec spec) {
    Dataset dataset = data.get(task);
    if (dataset == null) {
      return Optional.empty();
    }
    if (dataset.inputShape().elements() == spec.input().elements()
        && dataset.classes() == spec.classes()) {
      return Optional.of(dataset.test());
    }
    if (warned.add(task)) {
      LOG.warn(
          "task {} is not measured: its network takes rows of {} values and tells {} classes, the"
              + " data {} has rows of {} and {} classes",
          task,
          spec.input().elements(),
          spec.classes(),
          dataset.name(),
          dataset.inputShape().elements(),
          dataset.classes());
    }
    return Optional.empty();
  }
}
