package dev.tributary.simulations.bench.compression;

import dev.tributary.aggregation.compress.ModelArtifact;
import dev.tributary.aggregation.runtime.ConfusionMatrix;
import dev.tributary.aggregation.runtime.Evaluation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What was measured of an artifact.
 *
 * @param name as in the command's JSON
 * @param evaluation on all test rows
 * @param agreement the share of test rows that it and the float32 version say the same class for
 * @param latencyMillis for 100 rows at once, on one thread
 * @param singleMillis for one row, on one thread
 */
record ArtifactFigures(
    String name,
    ModelArtifact artifact,
    Evaluation evaluation,
    double agreement,
    double latencyMillis,
    double singleMillis) {

  int bytes() {
    return artifact.bytes().length;
  }

  /** How many times smaller than the baseline. */
  double sizeRatio(ArtifactFigures baseline) {
    return (double) baseline.bytes() / bytes();
  }

  /** How much of the accuracy is lost, in points of 0 to 1; negative when there is more. */
  double accuracyLoss(ArtifactFigures baseline) {
    return baseline.evaluation.accuracy() - evaluation.accuracy();
  }

  /** How many times faster than the baseline. */
  double speedup(ArtifactFigures baseline) {
    return baseline.latencyMillis / latencyMillis;
  }

  /** The engine that computed it. */
  String engine() {
    return Runner.isOnnx(artifact) ? "ONNX Runtime" : "DJL";
  }

  /** The fields of the command's JSON. */
  Map<String, Object> fields(ArtifactFigures baseline) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("bytes", bytes());
    fields.put("sizeRatio", sizeRatio(baseline));
    fields.put("accuracy", evaluation.accuracy());
    fields.put("accuracyLoss", accuracyLoss(baseline));
    fields.put("macroF1", evaluation.macroF1());
    fields.put("latencyMillis", latencyMillis);
    fields.put("speedup", speedup(baseline));
    fields.put("singleMillis", singleMillis);
    fields.put("agreement", agreement);
    fields.put("loss", evaluation.meanLoss());
    fields.put("recall", byClass(evaluation.confusion(), true));
    fields.put("f1", byClass(evaluation.confusion(), false));
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
