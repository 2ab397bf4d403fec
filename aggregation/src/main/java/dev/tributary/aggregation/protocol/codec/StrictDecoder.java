package dev.tributary.aggregation.protocol.codec;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import dev.tributary.aggregation.protocol.FieldRules;
import dev.tributary.aggregation.protocol.InvalidFieldException;
import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.aggregation.protocol.VersionRange;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;

/**
 * The one way from bytes to a record: parses a protobuf message of one kind and refuses what
 * protobuf itself would let pass.
 *
 * <p>Protobuf is made to be lenient: unknown fields are kept, the last of several values wins,
 * absent fields get defaults. Between parties that do not trust each other every such leniency is a
 * place where two programs read one message differently. In the order of the checks, each with a
 * reason of its own: size, in bytes and in fields; well-formedness; version; unknown fields,
 * unknown enumeration values and absent fields, by a {@link FieldWalk} beside the descriptors, so
 * that a field that is added later cannot be forgotten; and that the message, written again, has
 * the length that it came with. The last one refuses repeated fields, overlong numbers and anything
 * appended, without demanding an order of fields, which differs between languages. Ranges and forms
 * of single fields are the business of the record's constructor.
 *
 * <p>Immutable, for use by many threads.
 *
 * @param <M> the generated class of the message
 */
public final class StrictDecoder<M extends Message> {

  /**
   * The most fields of a message, at all depths: more than the limits of any kind's lists allow.
   */
  static final int MAXIMUM_FIELDS = 1 << 15;

  private final String name;
  private final Parser<M> parser;
  private final int maximumBytes;
  private final Set<String> optionalFields;
  private final Descriptor descriptor;

  /**
   * A decoder for one kind of message.
   *
   * @param name what the message is called in complaints
   * @param prototype any instance of it
   * @param maximumBytes the largest message that is looked at
   * @param optionalFields names of the top-level fields that may be absent; members of a {@code
   *     oneof} always may
   */
  public StrictDecoder(String name, M prototype, int maximumBytes, String... optionalFields) {
    this.name = name;
    this.parser = parserOf(prototype);
    this.maximumBytes = maximumBytes;
    this.optionalFields = Set.of(optionalFields);
    this.descriptor = prototype.getDescriptorForType();
  }

  /**
   * Decodes {@code bytes} and builds the record.
   *
   * @param toRecord builds the record; whatever rule of its own it finds broken it reports by
   *     {@link InvalidFieldException}
   * @throws RejectedException with the reason of the first fault found
   */
  public <R> R decode(byte[] bytes, Function<? super M, ? extends R> toRecord)
      throws RejectedException {
    if (bytes.length > maximumBytes) {
      throw new RejectedException(
          RejectReason.MESSAGE_TOO_LARGE,
          name + ": expected at most " + maximumBytes + " bytes, got " + bytes.length);
    }
    FieldWalk walk = FieldWalk.over(bytes, descriptor, optionalFields, MAXIMUM_FIELDS);
    M message = parse(bytes, walk);
    try {
      requireVersion(walk);
      walk.requireSound();
      requireNothingElse(message, bytes.length);
      return toRecord.apply(message);
    } catch (InvalidFieldException e) {
      throw new RejectedException(e.reason(), name + ": " + e.getMessage());
    }
  }

  private M parse(byte[] bytes, FieldWalk walk) throws RejectedException {
    if (walk.hasTooManyFields()) {
      throw new RejectedException(
          RejectReason.MESSAGE_TOO_LARGE,
          name + ": expected at most " + MAXIMUM_FIELDS + " fields, got more");
    }
    try {
      M message = parser.parseFrom(bytes);
      if (!walk.isMalformed()) {
        return message;
      }
    } catch (InvalidProtocolBufferException e) {
      // as below
    }
    throw new RejectedException(
        RejectReason.MALFORMED_MESSAGE,
        name + ": expected a protobuf message, got " + bytes.length + " bytes that are not one");
  }

  private static void requireVersion(FieldWalk walk) {
    OptionalInt version = walk.version();
    FieldRules.present("version", version.isPresent());
    VersionRange.SUPPORTED.check(Integer.toUnsignedLong(version.orElseThrow()));
  }

  private static void requireNothingElse(MessageLite message, int length) {
    int needed = message.getSerializedSize();
    if (needed != length) {
      throw new InvalidFieldException(
          RejectReason.TRAILING_DATA,
          "its fields need "
              + needed
              + " bytes, got "
              + length
              + " (a field given twice, or an overlong number)");
    }
  }

  @SuppressWarnings("unchecked") // a message's own parser gives messages of its own class
  private static <M extends Message> Parser<M> parserOf(M prototype) {
    return (Parser<M>) prototype.getParserForType();
  }
}
