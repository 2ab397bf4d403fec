package dev.tributary.aggregation.compress.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.runtime.Examples;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Map;

/** Runs a file in ONNX Runtime, on one thread. */
final class OnnxRun {

  private OnnxRun() {}

  /** The values of a graph for all examples in one batch, row-major. */
  static float[] predict(byte[] file, ModelSpec spec, Examples examples) throws OrtException {
    return predict(file, spec, examples, OptLevel.ALL_OPT);
  }

  /** The same, each operation by itself. */
  static float[] predictUnfused(byte[] file, ModelSpec spec, Examples examples)
      throws OrtException {
    return predict(file, spec, examples, OptLevel.NO_OPT);
  }

  private static float[] predict(
      byte[] file, ModelSpec spec, Examples examples, OptLevel optimization) throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      options.setOptimizationLevel(optimization);
      try (OrtSession session = environment.createSession(file, options);
          OnnxTensor input = input(environment, spec, examples);
          OrtSession.Result result = session.run(Map.of("input", input))) {
        FloatBuffer values = ((OnnxTensor) result.get("output").orElseThrow()).getFloatBuffer();
        float[] copy = new float[values.remaining()];
        values.get(copy);
        return copy;
      }
    }
  }

  private static OnnxTensor input(OrtEnvironment environment, ModelSpec spec, Examples examples)
      throws OrtException {
    int[] extents = spec.input().toArray();
    long[] shape = new long[extents.length + 1];
    shape[0] = examples.size();
    for (int i = 0; i < extents.length; i++) {
      shape[i + 1] = extents[i];
    }
    float[] features = new float[examples.size() * examples.featureSize()];
    for (int row = 0; row < examples.size(); row++) {
      examples.copyFeatures(row, features, row * examples.featureSize());
    }
    if (!spec.layers().get(0).type().equals("embedding")) {
      return OnnxTensor.createTensor(environment, FloatBuffer.wrap(features), shape);
    }
    long[] tokens = new long[features.length];
    for (int i = 0; i < tokens.length; i++) {
      tokens[i] = (long) features[i];
    }
    return OnnxTensor.createTensor(environment, LongBuffer.wrap(tokens), shape);
  }
}
