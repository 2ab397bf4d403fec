package dev.tributary.simulations.artifact;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.tributary.aggregation.compress.onnx.OnnxExporter;
import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.model.layer.Embedding;
import dev.tributary.aggregation.runtime.Examples;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Map;

/** An ONNX file, open in ONNX Runtime on one thread. */
final class OnnxSession implements Runner {

  private static final int BATCH = 100;

  private final OrtEnvironment environment;
  private final OrtSession session;
  private final ModelSpec spec;

  private OnnxSession(OrtEnvironment environment, OrtSession session, ModelSpec spec) {
    this.environment = environment;
    this.session = session;
    this.spec = spec;
  }

  static OnnxSession open(byte[] file, ModelSpec spec) throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      return new OnnxSession(environment, environment.createSession(file, options), spec);
    }
  }

  @Override
  public float[] predict(Examples rows) throws OrtException {
    float[] values = new float[rows.size() * spec.outputs()];
    for (int from = 0; from < rows.size(); from += BATCH) {
      int to = Math.min(from + BATCH, rows.size());
      predict(rows.range(from, to), values, from * spec.outputs());
    }
    return values;
  }

  private void predict(Examples batch, float[] values, int offset) throws OrtException {
    int size = batch.featureSize();
    float[] features = new float[batch.size() * size];
    for (int row = 0; row < batch.size(); row++) {
      batch.copyFeatures(row, features, row * size);
    }
    int[] extents = spec.input().toArray();
    long[] shape = new long[extents.length + 1];
    shape[0] = batch.size();
    for (int i = 0; i < extents.length; i++) {
      shape[i + 1] = extents[i];
    }
    try (OnnxTensor input = tensor(features, shape);
        OrtSession.Result result = session.run(Map.of(OnnxExporter.INPUT, input))) {
      ((OnnxTensor) result.get(0))
          .getFloatBuffer()
          .get(values, offset, batch.size() * spec.outputs());
    }
  }

  private OnnxTensor tensor(float[] features, long[] shape) throws OrtException {
    if (!(spec.layers().get(0) instanceof Embedding)) {
      return OnnxTensor.createTensor(environment, FloatBuffer.wrap(features), shape);
    }
    long[] tokens = new long[features.length];
    for (int i = 0; i < tokens.length; i++) {
      tokens[i] = (long) features[i];
    }
    return OnnxTensor.createTensor(environment, LongBuffer.wrap(tokens), shape);
  }

  @Override
  public void close() throws OrtException {
    session.close();
  }
}
