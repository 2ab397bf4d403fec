package dev.tributary.aggregation.compress.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** An ONNX graph under construction: values are known by their names. One use. */
final class OnnxGraph {

  private static final int OPERATOR_SET = 17;
  private static final int IR_VERSION = 8; // the one that came with operator set 17
  private static final String BATCH = "batch";

  private final GraphProto.Builder graph = GraphProto.newBuilder().setName("tributary");

  /** Adds the input of the graph: a batch of these extents. */
  String input(String name, TensorProto.DataType type, int[] extents) {
    graph.addInput(value(name, type, extents));
    return name;
  }

  /** Names the output of the graph: a batch of float32 of these extents. */
  void output(String name, int[] extents) {
    graph.addOutput(value(name, TensorProto.DataType.FLOAT, extents));
  }

  /**
   * Adds an operation with one output.
   *
   * @param output the name of its output, unique
   * @param attributes whole numbers, or long[] for lists of them
   * @return the output's name
   */
  String node(String operator, List<String> inputs, String output, Map<String, ?> attributes) {
    NodeProto.Builder node =
        NodeProto.newBuilder()
            .setOpType(operator)
            .setName(output + "/" + operator)
            .addAllInput(inputs)
            .addOutput(output);
    new TreeMap<>(attributes).forEach((name, value) -> node.addAttribute(attribute(name, value)));
    graph.addNode(node);
    return output;
  }

  private static AttributeProto attribute(String name, Object value) {
    AttributeProto.Builder attribute = AttributeProto.newBuilder().setName(name);
    if (value instanceof long[] list) {
      attribute.setType(AttributeProto.AttributeType.INTS);
      for (long entry : list) {
        attribute.addInts(entry);
      }
    } else {
      attribute.setType(AttributeProto.AttributeType.INT).setI(((Number) value).longValue());
    }
    return attribute.build();
  }

  /** Adds a constant of float32. */
  String floats(String name, float[] values, long... extents) {
    ByteBuffer raw = littleEndian(values.length * Float.BYTES);
    raw.asFloatBuffer().put(values);
    return constant(name, TensorProto.DataType.FLOAT, raw, extents);
  }

  /** Adds a constant of int32. */
  String ints(String name, int[] values, long... extents) {
    ByteBuffer raw = littleEndian(values.length * Integer.BYTES);
    raw.asIntBuffer().put(values);
    return constant(name, TensorProto.DataType.INT32, raw, extents);
  }

  /** Adds a constant of int64. */
  String longs(String name, long[] values, long... extents) {
    ByteBuffer raw = littleEndian(values.length * Long.BYTES);
    raw.asLongBuffer().put(values);
    return constant(name, TensorProto.DataType.INT64, raw, extents);
  }

  /** Adds a constant of int8 or uint8. */
  String bytes(String name, TensorProto.DataType type, byte[] values, long... extents) {
    return constant(name, type, ByteBuffer.wrap(values), extents);
  }

  private String constant(String name, TensorProto.DataType type, ByteBuffer raw, long... extents) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(type.getNumber())
            .setRawData(ByteString.copyFrom(raw));
    for (long extent : extents) {
      tensor.addDims(extent);
    }
    graph.addInitializer(tensor);
    return name;
  }

  /** The file of the finished graph; the same graph gives the same bytes. */
  byte[] toBytes() {
    return ModelProto.newBuilder()
        .setIrVersion(IR_VERSION)
        .setProducerName("tributary")
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OPERATOR_SET))
        .setGraph(graph)
        .build()
        .toByteArray();
  }

  private static ValueInfoProto value(String name, TensorProto.DataType type, int[] extents) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimParam(BATCH));
    for (int extent : extents) {
      shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(extent));
    }
    TypeProto.Tensor tensor =
        TypeProto.Tensor.newBuilder().setElemType(type.getNumber()).setShape(shape).build();
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(tensor))
        .build();
  }

  private static ByteBuffer littleEndian(int length) {
    return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
  }
}
