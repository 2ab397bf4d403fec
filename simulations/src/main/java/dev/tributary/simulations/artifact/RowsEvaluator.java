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
import dev.tributary.coordinator.publish.artifact.ArtifactMetrics;
import dev.tributary.security.Sha256;
import dev.tributary.simulations.data.Dataset;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Measures the models of some tasks, and the files that are published of them, on the test rows of
 * data sets: graphs in ONNX Runtime, others in the runtime that knows their layers. Rows that a
 * task's network does not take are warned of once, and then there are none. Any thread.
 */
public final class RowsEvaluator implements ModelEvaluator {

  private static final Logger LOG = LoggerFactory.getLogger(RowsEvaluator.class);
  private static final int NAME_BYTES = 4;

  private final Map<TaskName, Dataset> data;
  private final Map<TaskName, String> names;
  private final Set<TaskName> warned = ConcurrentHashMap.newKeySet();

  /** Measures the tasks that are keys here. */
  public RowsEvaluator(Map<TaskName, Dataset> data) {
    this.data = Map.copyOf(data);
    this.names =
        data.entrySet().stream()
            .collect(Collectors.toMap(Map.Entry::getKey, entry -> name(entry.getValue().test())));
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
  public Optional<Evaluation> measure(TaskName task, ModelArtifact artifact)
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

  /** Other rows have another name: features and labels decide. */
  private static String name(Examples rows) {
    MessageDigest digest = Sha256.start();
    float[] features = new float[rows.featureSize()];
    ByteBuffer row = ByteBuffer.allocate(Float.BYTES * features.length + Integer.BYTES);
    for (int i = 0; i < rows.size(); i++) {
      rows.copyFeatures(i, features, 0);
      row.clear();
      row.asFloatBuffer().put(features);
      row.putInt(Float.BYTES * features.length, rows.label(i));
      digest.update(row);
    }
    return ArtifactMetrics.COORDINATOR
        + "-"
        + HexFormat.of().formatHex(digest.digest(), 0, NAME_BYTES);
  }

  @Override
  public String rows(TaskName task) {
    return names.getOrDefault(task, ArtifactMetrics.COORDINATOR);
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
