package dev.tributary.simulations.artifact;

import ai.onnxruntime.OrtException;
import dev.tributary.aggregation.compress.ArtifactKind;
import dev.tributary.aggregation.compress.MalformedArtifactException;
import dev.tributary.aggregation.compress.ModelArtifact;
import dev.tributary.aggregation.compress.SpecifiedModel;
import dev.tributary.aggregation.compress.codec.ModelCodecs;
import dev.tributary.aggregation.runtime.Evaluation;
import dev.tributary.aggregation.runtime.Examples;
import dev.tributary.aggregation.runtime.LocalModel;
import dev.tributary.aggregation.runtime.ModelRuntime;
import dev.tributary.aggregation.runtime.step.EvaluationTally;

/** An artifact, read from its bytes and ready to compute. One thread at a time. */
interface Runner extends AutoCloseable {

  /** The network's values, row-major. */
  float[] predict(Examples rows) throws OrtException;

  @Override
  void close() throws OrtException;

  /**
   * Reads an artifact: ONNX files into ONNX Runtime, others into the runtime given.
   *
   * @throws MalformedArtifactException when the bytes are not what the artifact says
   * @throws OrtException when ONNX Runtime refuses the file
   */
  static Runner of(ModelArtifact artifact, ModelRuntime runtime)
      throws MalformedArtifactException, OrtException {
    if (isOnnx(artifact)) {
      return OnnxSession.open(artifact.bytes(), artifact.spec());
    }
    SpecifiedModel model = ModelCodecs.decode(artifact);
    LocalModel local = runtime.open(model.spec());
    return new Runner() {
      @Override
      public float[] predict(Examples rows) {
        return local.predict(model.weights(), rows);
      }

      @Override
      public void close() {
        local.close();
      }
    };
  }

  /** Whether an artifact is for ONNX Runtime. */
  static boolean isOnnx(ModelArtifact artifact) {
    return artifact.kind() == ArtifactKind.ONNX || artifact.kind() == ArtifactKind.ONNX_INT8;
  }

  /** Loss and confusion matrix of values that were predicted for some rows. */
  static Evaluation evaluation(ModelArtifact artifact, float[] values, Examples rows) {
    EvaluationTally tally = new EvaluationTally(artifact.spec());
    int outputs = artifact.spec().outputs();
    for (int row = 0; row < rows.size(); row++) {
      tally.add(values, row * outputs, rows.label(row));
    }
    return tally.result();
  }

  /** The share of rows whose largest value is at the same place. */
  static double agreement(float[] one, float[] other, int outputs) {
    int rows = one.length / outputs;
    int same = 0;
    for (int row = 0; row < rows; row++) {
      same +=
          largest(one, row * outputs, outputs) == largest(other, row * outputs, outputs) ? 1 : 0;
    }
    return (double) same / rows;
  }

  private static int largest(float[] values, int offset, int outputs) {
    int best = 0;
    for (int j = 1; j < outputs; j++) {
      best = values[offset + j] > values[offset + best] ? j : best;
    }
    return best;
  }
}
