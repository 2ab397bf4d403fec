package dev.tributary.aggregation.compress.delta.file;

import dev.tributary.aggregation.compress.MalformedArtifactException;
import dev.tributary.aggregation.compress.codec.Int4Codec;
import dev.tributary.aggregation.model.safetensors.MalformedSafetensorsException;
import dev.tributary.aggregation.model.safetensors.TensorArchive;
import dev.tributary.aggregation.model.safetensors.TensorEntry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The numbers of a safetensors file. */
final class SafetensorsNumbers {

  private SafetensorsNumbers() {}

  static List<NumberArray> of(byte[] file) throws MalformedArtifactException {
    TensorArchive archive;
    try {
      archive = TensorArchive.read(file);
    } catch (MalformedSafetensorsException malformed) {
      throw new MalformedArtifactException("artifact: " + malformed.getMessage(), malformed);
    }
    boolean nibbles = archive.metadata().equals(Int4Codec.METADATA);
    Map<String, Long> rows = new HashMap<>();
    archive.tensors().forEach(tensor -> rows.put(tensor.name(), rows(tensor)));
    List<NumberArray> arrays = new ArrayList<>();
    for (TensorEntry tensor : archive.tensors()) {
      int length = Math.toIntExact(tensor.lengthBytes());
      int begin = archive.beginByte(tensor);
      switch (tensor.type()) {
        case F32 -> arrays.add(array(NumberType.FLOAT32, begin, length, rows(tensor)));
        case F16 -> arrays.add(array(NumberType.FLOAT16, begin, length, rows(tensor)));
        case I32 -> arrays.add(array(NumberType.INT32, begin, length, rows(tensor)));
        case I8 -> arrays.add(array(NumberType.INT8, begin, length, rows(tensor)));
        case U8 -> {
          // packed numbers have lost their shape, but the scales of their groups have it
          long known = rows.getOrDefault(tensor.name() + Int4Codec.SCALE, 1L);
          arrays.add(
              nibbles
                  ? array(NumberType.INT4, begin, length, known)
                  : array(NumberType.UINT8, begin, length, rows(tensor)));
        }
        case F64, BF16, I64, I16 -> {} // no artifact has them: part of the frame
      }
    }
    return arrays;
  }

  private static NumberArray array(NumberType type, int begin, int length, long rows) {
    return NumberArray.of(type, begin, length, rows);
  }

  private static long rows(TensorEntry tensor) {
    int[] shape = tensor.shape();
    return shape.length < 2 ? 1 : shape[0];
  }
}
