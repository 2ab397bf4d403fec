package dev.tributary.client.model.artifact;

import dev.tributary.aggregation.compress.ArtifactKind;
import dev.tributary.aggregation.model.ModelSpec;
import java.util.Set;

/**
 * Loads graphs, of float32 and of eight bits, into ONNX Runtime: networks of every layer there is.
 * Without {@code com.microsoft.onnxruntime:onnxruntime} on the class path, or where that has no
 * native library for the platform, it supports nothing.
 */
public final class OnnxLoader implements ArtifactLoader {

  private static final Set<ArtifactKind> KINDS = Set.of(ArtifactKind.ONNX, ArtifactKind.ONNX_INT8);

  @Override
  public boolean supports(ArtifactKind kind, ModelSpec spec) {
    return KINDS.contains(kind) && hasRuntime();
  }

  /** A runtime that fails to link is absent, not broken. */
  private static boolean hasRuntime() {
    try {
      OnnxModel.requireRuntime();
      return true;
    } catch (LinkageError absent) {
      return false;
    }
  }

  @Override
  public RunnableModel load(StoredModel model, String runtime) throws UnusableModelException {
    String name = model.version().hex();
    return linked(name, () -> OnnxModel.open(name, model.spec(), model.path()));
  }

  /**
   * Opens a graph from memory as {@link #load} does one that is installed: for whoever measures
   * what devices will run.
   *
   * @param name what the graph is of, for messages
   * @param graph an ONNX file
   * @param spec the network in it
   * @throws UnusableModelException when it is no graph with the ends of the network, or there is no
   *     ONNX Runtime
   */
  public static RunnableModel open(String name, byte[] graph, ModelSpec spec)
      throws UnusableModelException {
    return linked(name, () -> OnnxModel.open(name, spec, graph));
  }

  private interface Opening {
    RunnableModel open() throws UnusableModelException;
  }

  private static RunnableModel linked(String name, Opening opening) throws UnusableModelException {
    try {
      return opening.open();
    } catch (LinkageError absent) {
      throw new UnusableModelException(
          "the graph of " + name + " needs com.microsoft.onnxruntime:onnxruntime on the class path",
          absent);
    }
  }
}
