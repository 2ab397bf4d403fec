package dev.tributary.simulations.artifact;

import ai.onnxruntime.OrtException;
import dev.tributary.aggregation.compress.ModelArtifact;
import dev.tributary.aggregation.runtime.Evaluation;
import dev.tributary.aggregation.runtime.Examples;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;

/** Measures artifacts of one model side by side; the first is what the others are held against. */
public final class ArtifactMeter {

  private static final int BATCH = 100;
  private static final int SINGLE_TURNS = 5;

  private final Workers workers;
  private final int repetitions;

  /**
   * Measures with these threads and this runtime.
   *
   * @param repetitions measured calls of each artifact, at least 1
   */
  public ArtifactMeter(Workers workers, int repetitions) {
    this.workers = workers;
    this.repetitions = repetitions;
  }

  /** Size, latency and, on labelled rows that nothing was trained on, accuracy. */
  public List<ArtifactFigures> onRows(Map<String, ModelArtifact> artifacts, Examples test)
      throws InterruptedException, IOException, OrtException {
    List<Callable<float[]>> predictions = new ArrayList<>();
    for (ModelArtifact artifact : artifacts.values()) {
      predictions.add(
          () -> {
            try (Runner runner = Runner.of(artifact, workers.runtime())) {
              return runner.predict(test);
            }
          });
    }
    List<float[]> values = workers.all(predictions);
    List<ArtifactFigures> timed = onSpeed(artifacts, test);
    List<ArtifactFigures> figures = new ArrayList<>();
    for (int i = 0; i < timed.size(); i++) {
      ModelArtifact artifact = timed.get(i).artifact();
      Evaluation evaluation = Runner.evaluation(artifact, values.get(i), test);
      double agreement = Runner.agreement(values.get(i), values.get(0), artifact.spec().outputs());
      figures.add(timed.get(i).with(evaluation, agreement));
    }
    return figures;
  }

  /**
   * Size and latency only.
   *
   * @param rows any that the network takes; the first hundred are used
   */
  public List<ArtifactFigures> onSpeed(Map<String, ModelArtifact> artifacts, Examples rows)
      throws IOException, OrtException {
    Map<String, Runner> runners = new LinkedHashMap<>();
    try {
      for (Map.Entry<String, ModelArtifact> entry : artifacts.entrySet()) {
        runners.put(entry.getKey(), Runner.of(entry.getValue(), workers.runtime()));
      }
      Examples batch = rows.range(0, Math.min(BATCH, rows.size()));
      Map<String, Double> hundred = LatencyMeter.medianMillis(runners, batch, repetitions);
      Map<String, Double> one =
          LatencyMeter.medianMillis(runners, rows.range(0, 1), SINGLE_TURNS * repetitions);
      List<ArtifactFigures> figures = new ArrayList<>();
      artifacts.forEach(
          (name, artifact) ->
              figures.add(
                  new ArtifactFigures(
                      name,
                      artifact,
                      workers.runtime().name(),
                      Optional.empty(),
                      hundred.getOrDefault(name, Double.NaN),
                      one.getOrDefault(name, Double.NaN))));
      return figures;
    } finally {
      for (Runner runner : runners.values()) {
        runner.close();
      }
    }
  }
}
