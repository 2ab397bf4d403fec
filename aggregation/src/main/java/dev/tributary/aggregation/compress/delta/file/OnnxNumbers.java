package dev.tributary.aggregation.compress.delta.file;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import dev.tributary.aggregation.compress.MalformedArtifactException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The numbers of an ONNX file: the raw data of its graph's constants. A walk over the bytes, since
 * a device need not have the classes of the format. Field numbers: onnx.proto3 of ONNX.
 */
final class OnnxNumbers {

  private static final int MODEL_GRAPH = message(7);
  private static final int GRAPH_INITIALIZER = message(5);
  private static final int TENSOR_DIMS = WireFormat.WIRETYPE_VARINT | 1 << 3;
  private static final int TENSOR_DIMS_PACKED = message(1);
  private static final int TENSOR_TYPE = WireFormat.WIRETYPE_VARINT | 2 << 3;
  private static final int TENSOR_RAW_DATA = message(9);

  private final CodedInputStream in;
  private final List<NumberArray> arrays = new ArrayList<>();

  private OnnxNumbers(byte[] file) {
    in = CodedInputStream.newInstance(file);
  }

  static List<NumberArray> of(byte[] file) throws MalformedArtifactException {
    var walk = new OnnxNumbers(file);
    try {
      walk.model();
    } catch (IOException malformed) {
      throw new MalformedArtifactException(
          "artifact: neither a safetensors nor an ONNX file", malformed);
    }
    return walk.arrays;
  }

  private static int message(int field) {
    return WireFormat.WIRETYPE_LENGTH_DELIMITED | field << 3;
  }

  private void model() throws IOException {
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (tag == MODEL_GRAPH) {
        int outside = in.pushLimit(in.readRawVarint32());
        graph();
        in.popLimit(outside);
      } else {
        in.skipField(tag);
      }
    }
  }

  private void graph() throws IOException {
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (tag == GRAPH_INITIALIZER) {
        int outside = in.pushLimit(in.readRawVarint32());
        tensor();
        in.popLimit(outside);
      } else {
        in.skipField(tag);
      }
    }
  }

  private void tensor() throws IOException {
    List<Long> extents = new ArrayList<>();
    int type = 0;
    int begin = 0;
    int length = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (tag == TENSOR_DIMS) {
        extents.add(in.readInt64());
      } else if (tag == TENSOR_DIMS_PACKED) {
        int outside = in.pushLimit(in.readRawVarint32());
        while (!in.isAtEnd()) {
          extents.add(in.readInt64());
        }
        in.popLimit(outside);
      } else if (tag == TENSOR_TYPE) {
        type = in.readInt32();
      } else if (tag == TENSOR_RAW_DATA) {
        length = in.readRawVarint32();
        begin = in.getTotalBytesRead();
        in.skipRawBytes(length);
      } else {
        in.skipField(tag);
      }
    }
    add(type, begin, length, extents.size() < 2 ? 1 : extents.get(0));
  }

  /** Types by their numbers in {@code TensorProto.DataType}; others stay part of the frame. */
  private void add(int type, int begin, int length, long rows) {
    NumberType known =
        switch (type) {
          case 1 -> NumberType.FLOAT32;
          case 2 -> NumberType.UINT8;
          case 3 -> NumberType.INT8;
          case 6 -> NumberType.INT32;
          case 10 -> NumberType.FLOAT16;
          default -> null;
        };
    if (known != null && length > 0 && (long) length * Byte.SIZE % known.bits() == 0) {
      arrays.add(NumberArray.of(known, begin, length, rows));
    }
  }
}
