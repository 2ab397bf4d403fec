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
import dev.tributary.client.model.artifact.Network;
import dev.tributary.client.model.artifact.OnnxLoader;
import dev.tributary.client.model.artifact.RunnableModel;
import dev.tributary.client.model.artifact.UnusableModelException;
import java.io.IOException;

/** An artifact, read from its bytes and ready to compute. One thread at a time. */
interface Runner extends AutoCloseable {

  /**
   * The network's values, row-major.
   *
   * @throws OrtException when ONNX Runtime, or a graph in it, does not answer as it should
   */
  float[] predict(Examples rows) throws OrtException;

  @Override
  void close();

  /**
   * Reads an artifact: ONNX files as devices do, into ONNX Runtime, others into the runtime given.
   *
   * @throws MalformedArtifactException when the bytes are not what the artifact says, or ONNX
   *     Runtime refuses them
   */
  static Runner of(ModelArtifact artifact, ModelRuntime runtime) throws MalformedArtifactException {
    return isOnnx(artifact) ? ofGraph(artifact) : ofWeights(artifact, runtime);
  }

  private static Runner ofGraph(ModelArtifact artifact) throws MalformedArtifactException {
    RunnableModel model;
    try {
      model =
          OnnxLoader.open(
              "the " + artifact.kind().code() + " file " + artifact.digest(),
              artifact.bytes(),
              artifact.spec());
    } catch (UnusableModelException refused) {
      throw new MalformedArtifactException(
          String.valueOf(refused.getMessage()), new IOException(refused));
    }
    Network network = model.open();
    return new Runner() {
      @Override
      public float[] predict(Examples rows) throws OrtException {
        try {
          return network.predict(rows);
        } catch (IllegalStateException failed) {
          throw failed.getCause() instanceof OrtException refused
              ? refused
              : new OrtException(String.valueOf(failed.getMessage()));
        }
      }

      @Override
      public void close() {
        network.close();
        model.close();
      }
    };
  }

  private static Runner ofWeights(ModelArtifact artifact, ModelRuntime runtime)
      throws MalformedArtifactException {
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
