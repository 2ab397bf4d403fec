package dev.tributary.simulations.artifact;

import dev.tributary.aggregation.compress.ModelArtifact;
import dev.tributary.aggregation.runtime.ConfusionMatrix;
import dev.tributary.aggregation.runtime.Evaluation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What was measured of an artifact.
 *
 * @param name as in the command's JSON
 * @param runtime that computed it, unless it is for ONNX Runtime
 * @param quality where there were rows to measure it on
 * @param latencyMillis for 100 rows at once, on one thread
 * @param singleMillis for one row, on one thread
 */
public record ArtifactFigures(
    String name,
    ModelArtifact artifact,
    String runtime,
    Optional<Quality> quality,
    double latencyMillis,
    double singleMillis) {

  /**
   * How good the answers are.
   *
   * @param evaluation on all test rows
   * @param agreement the share of test rows that the artifact and the first of them say the same
   *     class for
   */
  public record Quality(Evaluation evaluation, double agreement) {}

  /** The same figures, and these. */
  ArtifactFigures with(Evaluation evaluation, double agreement) {
    return new ArtifactFigures(
        name,
        artifact,
        runtime,
        Optional.of(new Quality(evaluation, agreement)),
        latencyMillis,
        singleMillis);
  }

  /** The length of the file. */
  public int bytes() {
    return artifact.bytes().length;
  }

  /**
   * How good the answers are.
   *
   * @throws IllegalStateException when there were no rows to measure that on
   */
  public Evaluation evaluation() {
    return measured().evaluation();
  }

  /** As {@link #evaluation}, the share of equal answers. */
  double agreement() {
    return measured().agreement();
  }

  private Quality measured() {
    return quality.orElseThrow(
        () -> new IllegalStateException("artifact " + name + ": its accuracy was not measured"));
  }

  /** How many times smaller than the baseline. */
  public double sizeRatio(ArtifactFigures baseline) {
    return (double) baseline.bytes() / bytes();
  }

  /** How much of the accuracy is lost, in points of 0 to 1; negative when there is more. */
  public double accuracyLoss(ArtifactFigures baseline) {
    return baseline.evaluation().accuracy() - evaluation().accuracy();
  }

  /** How many times faster than the baseline. */
  public double speedup(ArtifactFigures baseline) {
    return baseline.latencyMillis / latencyMillis;
  }

  /** The engine that computed it. */
  String engine() {
    if (Runner.isOnnx(artifact)) {
      return "ONNX Runtime";
    }
    return runtime.equals("pytorch") ? "DJL" : runtime;
  }

  /** The fields of the command's JSON; those about accuracy only where it was measured. */
  public Map<String, Object> fields(ArtifactFigures baseline) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("bytes", bytes());
    fields.put("sizeRatio", sizeRatio(baseline));
    if (quality.isPresent()) {
      fields.put("accuracy", evaluation().accuracy());
      fields.put("accuracyLoss", accuracyLoss(baseline));
      fields.put("macroF1", evaluation().macroF1());
    }
    fields.put("latencyMillis", latencyMillis);
    fields.put("speedup", speedup(baseline));
    fields.put("singleMillis", singleMillis);
    if (quality.isPresent()) {
      fields.put("agreement", agreement());
      fields.put("loss", evaluation().meanLoss());
      fields.put("recall", byClass(evaluation().confusion(), true));
      fields.put("f1", byClass(evaluation().confusion(), false));
    }
    fields.put("parameters", artifact.spec().layout().dimension());
    fields.put("kind", artifact.kind().code());
    fields.put("codecs", artifact.codecs());
    fields.put("engine", engine());
    fields.put("digest", artifact.digest().hex());
    return fields;
  }

  private static List<Double> byClass(ConfusionMatrix confusion, boolean recall) {
    List<Double> values = new ArrayList<>();
    for (int label = 0; label < confusion.classes(); label++) {
      values.add(recall ? confusion.recall(label) : confusion.f1(label));
    }
    return values;
  }
}
