package dev.tributary.aggregation.compress.onnx;

import ai.onnx.proto.OnnxMl.TensorProto;
import dev.tributary.aggregation.compress.ArtifactKind;
import dev.tributary.aggregation.compress.ModelArtifact;
import dev.tributary.aggregation.compress.SpecifiedModel;
import dev.tributary.aggregation.compress.UncompressibleModelException;
import dev.tributary.aggregation.model.layer.Embedding;
import java.util.List;

/**
 * Makes ONNX files (operator set 17) of every layer there is. The input {@code input} is {@code
 * [batch, ...]} of float32, or of int64 tokens where the first layer is an embedding; the output
 * {@code output} is {@code [batch, outputs]}: values before softmax or sigmoid. Safe on any thread.
 */
public final class OnnxExporter {

  /** The name of the graph's input. */
  public static final String INPUT = "input";

  /** The name of the graph's output. */
  public static final String OUTPUT = "output";

  private OnnxExporter() {}

  /** A graph that computes in float32. */
  public static ModelArtifact float32(SpecifiedModel model) {
    OnnxGraph graph = new OnnxGraph();
    return artifact(graph, new Float32Precision(graph), model, ArtifactKind.ONNX);
  }

  /**
   * A graph whose convolutions and linear layers compute in eight bits.
   *
   * @param ranges measured on this model
   * @throws UncompressibleModelException when the ranges are not of a model with as many layers, or
   *     a weight is not finite
   */
  public static ModelArtifact int8(SpecifiedModel model, ActivationRanges ranges) {
    int expected = model.spec().layers().size() + 1;
    if (ranges.beforeLayer().size() != expected) {
      throw new UncompressibleModelException(
          "calibration: expected "
              + expected
              + " ranges for the layers of the model, got "
              + ranges.beforeLayer().size());
    }
    OnnxGraph graph = new OnnxGraph();
    return artifact(
        graph, new Int8Precision(graph, model.spec(), ranges), model, ArtifactKind.ONNX_INT8);
  }

  private static ModelArtifact artifact(
      OnnxGraph graph, Precision precision, SpecifiedModel model, ArtifactKind kind) {
    boolean tokens = model.spec().layers().get(0) instanceof Embedding;
    TensorProto.DataType type = tokens ? TensorProto.DataType.INT64 : TensorProto.DataType.FLOAT;
    graph.input(INPUT, type, model.spec().input().toArray());
    LayerNodes.addAll(graph, precision, model, INPUT, OUTPUT);
    graph.output(OUTPUT, new int[] {model.spec().outputs()});
    return ModelArtifact.of(kind, model.spec(), graph.toBytes(), List.of(kind.code()));
  }
}
