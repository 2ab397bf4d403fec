package dev.tributary.aggregation.compress.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.tributary.aggregation.compress.MalformedArtifactException;
import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.model.layer.Embedding;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The check of an ONNX file of unknown origin. What passes is one flat graph of standard operators
 * with all its tensors inside, from {@link OnnxExporter#INPUT} to {@link OnnxExporter#OUTPUT} with
 * the extents of a network: no graph within an operator, no function, no operator of a vendor, no
 * path of another file that a runtime would open. What the graph computes is not looked at.
 */
public final class OnnxFile {

  /** The most operators. */
  public static final int MAXIMUM_NODES = 10_000;

  /** The most constants. */
  public static final int MAXIMUM_CONSTANTS = 10_000;

  /** Those that ONNX Runtime 1.28, which devices have, runs. */
  private static final int OLDEST_OPERATORS = 7;

  private static final int NEWEST_OPERATORS = 23;

  private static final Set<String> STANDARD = Set.of("", "ai.onnx");

  private OnnxFile() {}

  /**
   * Checks a file.
   *
   * @param spec of the network that the graph is said to compute
   * @throws MalformedArtifactException when it is no such graph
   */
  public static void check(ModelSpec spec, byte[] file) throws MalformedArtifactException {
    ModelProto model;
    try {
      model = ModelProto.parseFrom(file);
    } catch (InvalidProtocolBufferException malformed) {
      throw new MalformedArtifactException("onnx: the file is no ONNX model", malformed);
    }
    require(model.hasGraph(), "expected a graph, got none");
    require(model.getFunctionsCount() == 0, "expected no functions");
    require(model.getTrainingInfoCount() == 0, "expected nothing about training");
    require(model.getOpsetImportCount() > 0, "expected to be told the operator set");
    for (OperatorSetIdProto operators : model.getOpsetImportList()) {
      requireStandard("operator set", operators.getDomain());
      require(
          operators.getVersion() >= OLDEST_OPERATORS && operators.getVersion() <= NEWEST_OPERATORS,
          "expected an operator set from "
              + OLDEST_OPERATORS
              + " to "
              + NEWEST_OPERATORS
              + ", got "
              + operators.getVersion());
    }
    GraphProto graph = model.getGraph();
    requireCount("operators", graph.getNodeCount(), MAXIMUM_NODES);
    require(graph.getNodeCount() > 0, "expected operators, got none");
    requireCount("constants", graph.getInitializerCount(), MAXIMUM_CONSTANTS);
    require(graph.getSparseInitializerCount() == 0, "expected no sparse constants");
    Set<String> known = new HashSet<>();
    for (TensorProto constant : graph.getInitializerList()) {
      checkTensor(constant);
      requireNew(known, constant.getName());
    }
    List<ValueInfoProto> inputs =
        graph.getInputList().stream().filter(input -> !known.contains(input.getName())).toList();
    boolean tokens = spec.layers().get(0) instanceof Embedding;
    TensorProto.DataType read = tokens ? TensorProto.DataType.INT64 : TensorProto.DataType.FLOAT;
    checkEnd("input", OnnxExporter.INPUT, inputs, read, spec.input().toArray());
    checkEnd(
        "output",
        OnnxExporter.OUTPUT,
        graph.getOutputList(),
        TensorProto.DataType.FLOAT,
        new int[] {spec.outputs()});
    known.add(OnnxExporter.INPUT);
    for (NodeProto node : graph.getNodeList()) {
      checkNode(node, known);
    }
    require(known.contains(OnnxExporter.OUTPUT), "no operator gives the output");
  }

  private static void checkNode(NodeProto node, Set<String> known)
      throws MalformedArtifactException {
    requireStandard("operator " + node.getOpType(), node.getDomain());
    for (String input : node.getInputList()) {
      require(
          input.isEmpty() || known.contains(input),
          "operator " + node.getName() + " reads '" + input + "', which nothing before it gives");
    }
    for (String output : node.getOutputList()) {
      if (!output.isEmpty()) {
        requireNew(known, output);
      }
    }
    for (AttributeProto attribute : node.getAttributeList()) {
      require(
          !attribute.hasG() && attribute.getGraphsCount() == 0,
          "operator " + node.getName() + ": expected no graph within it");
      require(
          !attribute.hasSparseTensor() && attribute.getSparseTensorsCount() == 0,
          "operator " + node.getName() + ": expected no sparse constants");
      if (attribute.hasT()) {
        checkTensor(attribute.getT());
      }
      for (TensorProto tensor : attribute.getTensorsList()) {
        checkTensor(tensor);
      }
    }
  }

  private static void checkTensor(TensorProto tensor) throws MalformedArtifactException {
    String name = "constant " + tensor.getName();
    require(
        tensor.getDataLocation() == TensorProto.DataLocation.DEFAULT
            && tensor.getExternalDataCount() == 0
            && !tensor.hasSegment(),
        name + ": expected its values in the file, not in another");
    long elements = 1;
    for (long extent : tensor.getDimsList()) {
      require(
          extent >= 0 && extent <= Integer.MAX_VALUE && elements * extent <= Integer.MAX_VALUE,
          name + ": expected at most " + Integer.MAX_VALUE + " values");
      elements *= extent;
    }
    int width = width(tensor.getDataType());
    if (width > 0 && !tensor.getRawData().isEmpty()) {
      long expected = elements * width;
      require(
          tensor.getRawData().size() == expected,
          name + ": expected " + expected + " bytes, got " + tensor.getRawData().size());
    }
  }

  /** Bytes of a value as raw data; 0 where that is not for us to say. */
  private static int width(int dataType) {
    TensorProto.DataType type = TensorProto.DataType.forNumber(dataType);
    if (type == null) {
      return 0;
    }
    return switch (type) {
      case FLOAT, INT32, UINT32 -> Float.BYTES;
      case INT64, UINT64, DOUBLE -> Double.BYTES;
      case FLOAT16, BFLOAT16, INT16, UINT16 -> Short.BYTES;
      case INT8, UINT8, BOOL -> 1;
      default -> 0;
    };
  }

  private static void checkEnd(
      String what, String name, List<ValueInfoProto> ends, TensorProto.DataType type, int[] extents)
      throws MalformedArtifactException {
    require(
        ends.size() == 1 && ends.get(0).getName().equals(name),
        "expected one "
            + what
            + ", '"
            + name
            + "', got "
            + ends.stream().limit(8).map(ValueInfoProto::getName).toList());
    int elements = ends.get(0).getType().getTensorType().getElemType();
    require(
        elements == type.getNumber(),
        what + ": expected elements of type " + type + ", got type " + elements);
    TensorShapeProto shape = ends.get(0).getType().getTensorType().getShape();
    boolean same =
        shape.getDimCount() == extents.length + 1
            && !shape.getDim(0).hasDimValue(); // a batch of any size, as devices call it
    for (int i = 0; same && i < extents.length; i++) {
      same = shape.getDim(i + 1).getDimValue() == extents[i];
    }
    require(
        same,
        what
            + ": expected the extents of a batch of any size of "
            + Arrays.toString(extents)
            + ", got "
            + shape.getDimList().stream()
                .limit(16)
                .map(dim -> dim.hasDimValue() ? String.valueOf(dim.getDimValue()) : "?")
                .toList());
  }

  private static void requireStandard(String what, String domain)
      throws MalformedArtifactException {
    require(
        STANDARD.contains(domain), what + ": expected the standard domain, got '" + domain + "'");
  }

  private static void requireNew(Set<String> known, String name) throws MalformedArtifactException {
    require(known.add(name), "the value '" + name + "' is given twice");
  }

  private static void requireCount(String what, int count, int maximum)
      throws MalformedArtifactException {
    require(count <= maximum, "expected at most " + maximum + " " + what + ", got " + count);
  }

  private static void require(boolean holds, String otherwise) throws MalformedArtifactException {
    if (!holds) {
      throw new MalformedArtifactException("onnx: " + otherwise);
    }
  }
}
