package dev.tributary.aggregation.protocol;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import java.util.function.Consumer;

/** A valid message with one thing changed, and the reason that it must be refused for. */
record FieldFault(String what, MessageKind<?> kind, RejectReason reason, byte[] bytes) {

  static FieldFault in(
      String what, MessageKind<?> kind, RejectReason reason, Message.Builder message) {
    return new FieldFault(what, kind, reason, message.buildPartial().toByteArray());
  }

  /**
   * The annotated sample of this name, changed.
   *
   * @param builder an empty one
   */
  static <B extends Message.Builder> FieldFault in(
      String sample,
      MessageKind<?> kind,
      B builder,
      String what,
      RejectReason reason,
      Consumer<B> change) {
    try {
      builder.mergeFrom(AnnotatedHex.resource(sample));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("sample " + sample + " is not a message", e);
    }
    change.accept(builder);
    return in(what, kind, reason, builder);
  }

  void assertRefused() {
    StrictDecodingTest.assertRefused(reason, kind, bytes);
  }

  @Override
  public String toString() {
    return kind + ": " + what;
  }
}
