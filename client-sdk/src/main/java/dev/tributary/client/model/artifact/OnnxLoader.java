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
    try {
      return OnnxModel.open(model);
    } catch (LinkageError absent) {
      throw new UnusableModelException(
          "the graph of "
              + model.version()
              + " needs com.microsoft.onnxruntime:onnxruntime on the class path",
          absent);
    }
  }
}
