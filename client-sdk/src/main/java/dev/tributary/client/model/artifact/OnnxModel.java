package dev.tributary.client.model.artifact;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.tributary.aggregation.compress.onnx.OnnxExporter;
import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.model.layer.Embedding;
import dev.tributary.aggregation.runtime.Examples;
import dev.tributary.aggregation.runtime.step.CallChecks;
import dev.tributary.security.BugException;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;

/**
 * A graph in a session of ONNX Runtime. All calls share the session, which is made for that: a call
 * computes on the thread that makes it and starts no other. No other class of this module knows
 * ONNX Runtime, which need not be there.
 */
final class OnnxModel implements RunnableModel {

  /** So many examples are in native memory at once, and computed before a call can be stopped. */
  private static final int BATCH = 100;

  private final OrtEnvironment environment;
  private final OrtSession session;
  private final ModelSpec spec;
  private final CallChecks checks;
  private final boolean tokens;

  private OnnxModel(OrtEnvironment environment, OrtSession session, ModelSpec spec) {
    this.environment = environment;
    this.session = session;
    this.spec = spec;
    this.checks = new CallChecks(spec);
    this.tokens = spec.layers().get(0) instanceof Embedding;
  }

  /**
   * Loads the native library, once in a process.
   *
   * @throws LinkageError when there is none
   */
  static void requireRuntime() {
    OrtEnvironment.getEnvironment();
  }

  /** Makes a session of a graph, wherever that lies. */
  private interface Source {
    OrtSession open(OrtEnvironment environment, OrtSession.SessionOptions options)
        throws OrtException;
  }

  /**
   * Opens the graph in a file.
   *
   * @param name what the graph is of, for messages
   * @throws UnusableModelException when the file is no graph with the ends of the network
   * @throws LinkageError when there is no ONNX Runtime
   */
  static OnnxModel open(String name, ModelSpec spec, Path file) throws UnusableModelException {
    return open(
        name, spec, (environment, options) -> environment.createSession(file.toString(), options));
  }

  /** Opens the graph in these bytes, as that in a file. */
  static OnnxModel open(String name, ModelSpec spec, byte[] graph) throws UnusableModelException {
    return open(name, spec, (environment, options) -> environment.createSession(graph, options));
  }

  private static OnnxModel open(String name, ModelSpec spec, Source source)
      throws UnusableModelException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      environment.setTelemetry(false); // on Windows it is on
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      var model = new OnnxModel(environment, source.open(environment, options), spec);
      boolean fits = false;
      try {
        model.requireEnds(name);
        fits = true;
      } finally {
        if (!fits) {
          model.close();
        }
      }
      return model;
    } catch (OrtException refused) {
      throw new UnusableModelException(
          "the graph of " + name + " cannot be opened: " + refused.getMessage(), refused);
    }
  }

  private void requireEnds(String name) throws OrtException, UnusableModelException {
    OnnxJavaType read = tokens ? OnnxJavaType.INT64 : OnnxJavaType.FLOAT;
    int[] given = {spec.outputs()};
    if (!isEnd(session.getInputInfo(), OnnxExporter.INPUT, read, spec.input().toArray())
        || !isEnd(session.getOutputInfo(), OnnxExporter.OUTPUT, OnnxJavaType.FLOAT, given)) {
      throw new UnusableModelException(
          "the graph of "
              + name
              + ": expected one input of batches of "
              + spec.input()
              + " and one output of batches of "
              + spec.outputs()
              + ", got "
              + session.getInputInfo().values()
              + " and "
              + session.getOutputInfo().values());
    }
  }

  private static boolean isEnd(
      Map<String, NodeInfo> ends, String name, OnnxJavaType type, int[] extents) {
    NodeInfo end = ends.get(name);
    if (ends.size() != 1 || end == null || !(end.getInfo() instanceof TensorInfo tensor)) {
      return false;
    }
    long[] shape = tensor.getShape();
    return tensor.type == type
        && shape.length == extents.length + 1
        && shape[0] == -1 // a batch of any size
        && Arrays.equals(
            Arrays.copyOfRange(shape, 1, shape.length),
            Arrays.stream(extents).asLongStream().toArray());
  }

  @Override
  public Network open() {
    return new OnnxNetwork();
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException impossible) {
      throw new BugException("a session of ONNX Runtime cannot be closed", impossible);
    }
  }

  private final class OnnxNetwork implements Network {

    @Override
    public float[] predict(Examples examples) {
      checks.check(examples);
      float[] values = new float[Math.multiplyExact(examples.size(), spec.outputs())];
      try {
        for (int from = 0; from < examples.size(); from += BATCH) {
          CallChecks.stopIfInterrupted();
          int to = Math.min(from + BATCH, examples.size());
          predict(examples.range(from, to), values, from * spec.outputs());
        }
      } catch (OrtException failed) {
        throw new IllegalStateException("ONNX Runtime: " + failed.getMessage(), failed);
      }
      return values;
    }

    private void predict(Examples batch, float[] values, int offset) throws OrtException {
      try (OnnxTensor input = input(batch);
          OrtSession.Result result =
              session.run(Map.of(OnnxExporter.INPUT, input), Set.of(OnnxExporter.OUTPUT))) {
        FloatBuffer output = ((OnnxTensor) result.get(0)).getFloatBuffer();
        int expected = batch.size() * spec.outputs();
        if (output.remaining() != expected) {
          throw new IllegalStateException(
              "the graph gives " + output.remaining() + " values, expected " + expected);
        }
        output.get(values, offset, expected);
      }
    }

    private OnnxTensor input(Examples batch) throws OrtException {
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
      if (!tokens) {
        return OnnxTensor.createTensor(environment, FloatBuffer.wrap(features), shape);
      }
      long[] whole = new long[features.length];
      for (int i = 0; i < whole.length; i++) {
        whole[i] = (long) features[i];
      }
      return OnnxTensor.createTensor(environment, LongBuffer.wrap(whole), shape);
    }

    @Override
    public void close() {
      // The session is the model's.
    }
  }
}
