package dev.tributary.aggregation.protocol.codec;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.WireFormat;
import dev.tributary.aggregation.protocol.InvalidFieldException;
import dev.tributary.aggregation.protocol.RejectReason;
import java.io.IOException;
import java.util.BitSet;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One pass over the bytes of a message, beside its descriptor, before anything is built of them:
 * how many fields it has at all depths, its version, and the first field that is not as it should
 * be.
 *
 * <p>Why before: a parsed field takes up to a hundred times its bytes. Two bytes are an empty entry
 * of a list with a place for everything that an entry may hold, three are an unknown field in a map
 * of its own. In a message of megabytes that would let a peer take memory that nobody counted. Why
 * over the bytes: asking a parsed message for each of its fields by descriptor goes through
 * reflection, which costs several times what parsing does.
 */
final class FieldWalk {

  private static final int VERSION_FIELD = 1;

  private final CodedInputStream in;
  private final int maximum;
  private int count;
  private OptionalInt version = OptionalInt.empty();
  private boolean malformed;
  private @Nullable InvalidFieldException fault;

  private FieldWalk(CodedInputStream in, int maximum) {
    this.in = in;
    this.maximum = maximum;
  }

  /**
   * Walks up to where {@code bytes} stop being a message, which is as far as a parser gets, or have
   * more than {@code maximum} fields.
   *
   * @param kind of the message; its field 1 is its version
   * @param mayBeAbsent names of the top-level fields that need not be there; members of a {@code
   *     oneof} never need be
   */
  static FieldWalk over(byte[] bytes, Descriptor kind, Set<String> mayBeAbsent, int maximum) {
    FieldWalk walk = new FieldWalk(CodedInputStream.newInstance(bytes), maximum);
    try {
      walk.message(kind, "", mayBeAbsent);
    } catch (IOException malformed) {
      walk.malformed = true;
    }
    return walk;
  }

  /** Whether there are more than the maximum. */
  boolean hasTooManyFields() {
    return count > maximum;
  }

  /** Whether the bytes stop being a message somewhere: then only the number of fields counts. */
  boolean isMalformed() {
    return malformed;
  }

  /** What the version field says; empty when there is none. */
  OptionalInt version() {
    return version;
  }

  /**
   * Passes when each field is defined, each enumeration value too, and none is absent that must be
   * there.
   *
   * @throws InvalidFieldException the first fault
   */
  void requireSound() {
    if (fault != null) {
      throw fault;
    }
  }

  private void message(Descriptor kind, String path, Set<String> mayBeAbsent) throws IOException {
    BitSet seen = new BitSet();
    int groups = 0;
    for (int tag = in.readTag(); tag != 0 && count <= maximum; tag = in.readTag()) {
      count++;
      // What lies in a group is counted like what lies beside it, but never taken for our fields.
      if (WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_END_GROUP) {
        groups--;
        continue;
      }
      FieldDescriptor field = groups == 0 ? defined(kind, path, tag) : null;
      if (WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_START_GROUP) {
        groups++;
      } else if (field == null) {
        in.skipField(tag);
      } else {
        seen.set(field.getIndex());
        value(field, path, tag);
      }
    }
    checkPresent(kind, path, mayBeAbsent, seen);
  }

  /** The field of this tag; none, and a fault, when its number or its form on the wire is not. */
  private @Nullable FieldDescriptor defined(Descriptor kind, String path, int tag) {
    int number = WireFormat.getTagFieldNumber(tag);
    FieldDescriptor field = kind.findFieldByNumber(number);
    if (field != null && hasForm(field, WireFormat.getTagWireType(tag))) {
      return field;
    }
    found(
        RejectReason.UNKNOWN_FIELD,
        path + "field " + Integer.toUnsignedString(number) + " is not defined");
    return null;
  }

  private static boolean hasForm(FieldDescriptor field, int wireType) {
    return wireType == field.getLiteType().getWireType()
        || (field.isPackable() && wireType == WireFormat.WIRETYPE_LENGTH_DELIMITED);
  }

  private void value(FieldDescriptor field, String path, int tag) throws IOException {
    if (field.isMapField()) {
      entry();
    } else if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
      int outerLimit = in.pushLimit(in.readRawVarint32());
      message(field.getMessageType(), path + field.getName() + ".", Set.of());
      in.popLimit(outerLimit);
    } else if (field.getJavaType() == FieldDescriptor.JavaType.ENUM) {
      constants(field, path, tag);
    } else if (path.isEmpty() && field.getNumber() == VERSION_FIELD) {
      version = OptionalInt.of(in.readUInt32());
    } else {
      in.skipField(tag);
    }
  }

  /** An entry of a map: its fields only count, because a parser keeps no unknown ones of them. */
  private void entry() throws IOException {
    int outerLimit = in.pushLimit(in.readRawVarint32());
    for (int tag = in.readTag(); tag != 0 && count <= maximum; tag = in.readTag()) {
      count++;
      in.skipField(tag);
    }
    in.popLimit(outerLimit);
  }

  private void constants(FieldDescriptor field, String path, int tag) throws IOException {
    if (WireFormat.getTagWireType(tag) != WireFormat.WIRETYPE_LENGTH_DELIMITED) {
      constant(field, path, in.readEnum());
      return;
    }
    int outerLimit = in.pushLimit(in.readRawVarint32());
    while (in.getBytesUntilLimit() > 0) {
      constant(field, path, in.readEnum());
    }
    in.popLimit(outerLimit);
  }

  private void constant(FieldDescriptor field, String path, int number) {
    if (number == 0 || field.getEnumType().findValueByNumber(number) == null) {
      found(
          RejectReason.UNKNOWN_ENUM,
          path + field.getName() + ": enumeration value " + number + " is not defined");
    }
  }

  private void checkPresent(Descriptor kind, String path, Set<String> mayBeAbsent, BitSet seen) {
    if (fault != null || seen.cardinality() == kind.getFields().size()) {
      return;
    }
    for (FieldDescriptor field : kind.getFields()) {
      if (!seen.get(field.getIndex()) && !field.isRepeated()) {
        boolean choice = field.getRealContainingOneof() != null;
        if (!choice && !mayBeAbsent.contains(field.getName())) {
          found(
              RejectReason.MISSING_FIELD, path + field.getName() + ": expected a value, got none");
          return;
        }
      }
    }
  }

  private void found(RejectReason reason, String detail) {
    fault = fault == null ? new InvalidFieldException(reason, detail) : fault;
  }
}
