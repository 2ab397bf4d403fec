package dev.tributary.aggregation.protocol;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * The top-level fields of an encoded message, each with its tag, in their order: to be dropped or
 * repeated.
 */
record WireFields(List<Field> fields) {

  record Field(int number, byte[] bytes) {}

  static WireFields of(byte[] message) {
    try {
      CodedInputStream in = CodedInputStream.newInstance(message);
      List<Field> fields = new ArrayList<>();
      int start = 0;
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        in.skipField(tag);
        int end = in.getTotalBytesRead();
        fields.add(
            new Field(WireFormat.getTagFieldNumber(tag), Arrays.copyOfRange(message, start, end)));
        start = end;
      }
      return new WireFields(fields);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  List<Integer> numbers() {
    return fields.stream().map(Field::number).distinct().toList();
  }

  /**
   * The numbers of the fields from {@code position} on, none when that is within a field; with
   * repetitions left out.
   */
  List<Integer> numbersFrom(int position) {
    int start = 0;
    for (int i = 0; i < fields.size(); i++) {
      if (start == position) {
        return new WireFields(fields.subList(i, fields.size())).numbers();
      }
      start += fields.get(i).bytes().length;
    }
    return List.of();
  }

  byte[] without(int number) {
    return join(fields.stream().filter(field -> field.number() != number).toList());
  }

  /** With the last field of this number once more, at the end. */
  byte[] repeating(int number) {
    List<Field> more = new ArrayList<>(fields);
    fields.stream()
        .filter(field -> field.number() == number)
        .reduce((first, second) -> second)
        .ifPresent(more::add);
    return join(more);
  }

  /** By falling number; entries of a list keep their order, which means something. */
  byte[] inReverseOrder() {
    return join(fields.stream().sorted(Comparator.comparingInt(Field::number).reversed()).toList());
  }

  private static byte[] join(List<Field> fields) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    fields.forEach(field -> bytes.writeBytes(field.bytes()));
    return bytes.toByteArray();
  }
}
