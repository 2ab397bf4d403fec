package dev.tributary.aggregation.protocol.codec;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * How many fields a message has at all depths, without building any of them.
 *
 * <p>A parsed field takes up to a hundred times its bytes: two bytes are an empty entry of a list
 * with a place for everything that an entry may hold, three are an unknown field in a map of its
 * own. In a message of megabytes that would let a peer take memory that nobody counted.
 */
final class FieldCount {

  private final CodedInputStream in;
  private final int maximum;
  private int count;

  private FieldCount(CodedInputStream in, int maximum) {
    this.in = in;
    this.maximum = maximum;
  }

  /**
   * Whether a message has more than {@code maximum} fields. Counts up to where {@code bytes} stop
   * being a message, which is as far as a parser gets.
   */
  static boolean exceeds(byte[] bytes, Descriptor kind, int maximum) {
    FieldCount fields = new FieldCount(CodedInputStream.newInstance(bytes), maximum);
    try {
      fields.countMessage(kind);
    } catch (IOException malformed) {
      return fields.count > maximum;
    }
    return fields.count > maximum;
  }

  private void countMessage(Descriptor kind) throws IOException {
    int groups = 0;
    for (int tag = in.readTag(); tag != 0 && count <= maximum; tag = in.readTag()) {
      count++;
      // What lies in a group is counted like what lies beside it, but never taken for our fields.
      switch (WireFormat.getTagWireType(tag)) {
        case WireFormat.WIRETYPE_START_GROUP -> groups++;
        case WireFormat.WIRETYPE_END_GROUP -> groups--;
        case WireFormat.WIRETYPE_LENGTH_DELIMITED -> countWithin(groups == 0 ? kind : null, tag);
        default -> in.skipField(tag);
      }
    }
  }

  private void countWithin(@Nullable Descriptor kind, int tag) throws IOException {
    FieldDescriptor field =
        kind == null ? null : kind.findFieldByNumber(WireFormat.getTagFieldNumber(tag));
    if (field == null || field.getJavaType() != FieldDescriptor.JavaType.MESSAGE) {
      in.skipField(tag);
      return;
    }
    int outerLimit = in.pushLimit(in.readRawVarint32());
    countMessage(field.getMessageType());
    in.popLimit(outerLimit);
  }
}
