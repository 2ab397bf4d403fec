package dev.tributary.aggregation.protocol.codec;

import com.google.protobuf.ByteString;
import dev.tributary.aggregation.protocol.FieldRules;
import dev.tributary.aggregation.protocol.OpaqueBytes;
import dev.tributary.security.identity.DeviceSignature;
import java.util.List;

/** From protobuf's byte strings to ours, and back. */
public final class WireBytes {

  private WireBytes() {}

  /** The bytes of a field. */
  public static OpaqueBytes of(ByteString wire) {
    return OpaqueBytes.of(wire.toByteArray());
  }

  /** The bytes of each entry of a list. */
  public static List<OpaqueBytes> listOf(List<ByteString> wire) {
    return wire.stream().map(WireBytes::of).toList();
  }

  /**
   * The signature in a field.
   *
   * @throws dev.tributary.aggregation.protocol.InvalidFieldException when it has another length
   */
  public static DeviceSignature signature(String field, ByteString wire) {
    FieldRules.exactBytes(field, wire.size(), DeviceSignature.LENGTH_BYTES);
    return DeviceSignature.of(wire.toByteArray());
  }

  /** A field with these bytes. */
  public static ByteString toWire(OpaqueBytes bytes) {
    return ByteString.copyFrom(bytes.toByteArray());
  }

  /** A field with this signature. */
  public static ByteString toWire(DeviceSignature signature) {
    return ByteString.copyFrom(signature.toByteArray());
  }

  /** A list of these. */
  public static List<ByteString> toWire(List<OpaqueBytes> entries) {
    return entries.stream().map(WireBytes::toWire).toList();
  }
}
