package dev.tributary.aggregation.protocol;

import static dev.tributary.aggregation.protocol.RejectReason.FIELD_OUT_OF_RANGE;
import static dev.tributary.aggregation.protocol.RejectReason.MALFORMED_MESSAGE;
import static dev.tributary.aggregation.protocol.RejectReason.MESSAGE_TOO_LARGE;
import static dev.tributary.aggregation.protocol.RejectReason.MISSING_FIELD;
import static dev.tributary.aggregation.protocol.RejectReason.TRAILING_DATA;
import static dev.tributary.aggregation.protocol.RejectReason.UNKNOWN_FIELD;
import static dev.tributary.aggregation.protocol.RejectReason.UNSUPPORTED_VERSION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The faults that every kind of message can have: each is refused for a reason of its own. */
class StrictDecodingTest {

  /**
   * The samples of {@link WireFormatTest} with one of each kind; the second of two kinds adds
   * nothing here.
   */
  static Stream<Arguments> samples() {
    return WireFormatTest.samples()
        .map(sample -> Arguments.of(sample.kind(), AnnotatedHex.resource(sample.name())));
  }

  /** Fields whose absence is another fault than usual, or none. */
  private static final Map<MessageKind<?>, List<Integer>> MAY_BE_ABSENT =
      Map.of(
          MessageKind.ENROL_RESPONSE, List.of(5, 6),
          MessageKind.CHECK_IN, List.of(5, 6),
          MessageKind.ROUND_MANIFEST, List.of(10, 15),
          MessageKind.ROUND_RESULT, List.of(4),
          MessageKind.ROSTER_ANSWER, List.of(6, 7),
          MessageKind.SEALED_SHARES, List.of(3),
          MessageKind.SHARE_INBOX, List.of(2),
          MessageKind.UNMASK_REQUEST, List.of(3, 4),
          MessageKind.UNMASK_ANSWER, List.of(2));

  /** Lists that have nothing twice. */
  private static final Map<MessageKind<?>, Integer> SETS =
      Map.of(
          MessageKind.CHECK_IN, 6,
          MessageKind.ROSTER_ANSWER, 6,
          MessageKind.SEALED_SHARES, 3,
          MessageKind.SHARE_INBOX, 2,
          MessageKind.UNMASK_REQUEST, 3,
          MessageKind.UNMASK_ANSWER, 2);

  /** Lists of nodes of a tree: whether one is too many shows only where they are used. */
  private static final Map<MessageKind<?>, Integer> PROOFS =
      Map.of(MessageKind.ROSTER_ANSWER, 7, MessageKind.UNMASK_REQUEST, 4);

  @ParameterizedTest
  @MethodSource("samples")
  void fields_mayComeInAnyOrder(MessageKind<?> kind, byte[] valid) throws RejectedException {
    assertThat((Object) kind.decode(WireFields.of(valid).inReverseOrder()))
        .isEqualTo(kind.decode(valid));
  }

  @ParameterizedTest
  @MethodSource("samples")
  void missingField_isRefused(MessageKind<?> kind, byte[] valid) {
    WireFields fields = WireFields.of(valid);
    for (int number : fields.numbers()) {
      if (!MAY_BE_ABSENT.getOrDefault(kind, List.of()).contains(number)) {
        assertRefused(MISSING_FIELD, kind, fields.without(number));
      }
    }
    assertRefused(MISSING_FIELD, kind, new byte[0]);
  }

  @ParameterizedTest
  @MethodSource("samples")
  void fieldGivenTwice_isRefused(MessageKind<?> kind, byte[] valid) {
    WireFields fields = WireFields.of(valid);
    for (int number : fields.numbers()) {
      if (PROOFS.getOrDefault(kind, 0) != number) {
        boolean list = SETS.getOrDefault(kind, 0) == number;
        assertRefused(list ? FIELD_OUT_OF_RANGE : TRAILING_DATA, kind, fields.repeating(number));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("samples")
  void overlongNumber_isRefused(MessageKind<?> kind, byte[] valid) {
    byte[] version = AnnotatedHex.parse("08 81 00 # version 1 in two bytes");
    assertRefused(TRAILING_DATA, kind, concat(version, WireFields.of(valid).without(1)));
  }

  @ParameterizedTest
  @MethodSource("samples")
  void unknownField_isRefused(MessageKind<?> kind, byte[] valid) {
    for (String field :
        List.of(
            "a0 06 01 # 100, a number", "a2 06 00 # 100, no bytes", "a3 06 a4 06 # 100, a group")) {
      assertRefused(UNKNOWN_FIELD, kind, concat(valid, AnnotatedHex.parse(field)));
    }
  }

  @ParameterizedTest
  @MethodSource("samples")
  void otherVersion_isRefusedBeforeAnythingElse(MessageKind<?> kind, byte[] valid) {
    byte[] rest = concat(WireFields.of(valid).without(1), AnnotatedHex.parse("a0 06 01"));
    for (String version : List.of("08 00", "08 02", "08 ff ff ff ff 0f")) {
      byte[] message = concat(AnnotatedHex.parse(version), rest);
      assertRefused(UNSUPPORTED_VERSION, kind, message);
      assertThatExceptionOfType(RejectedException.class)
          .isThrownBy(() -> kind.decode(message))
          .withMessageContaining("this end speaks 1..1");
    }
  }

  @ParameterizedTest
  @MethodSource("samples")
  void bytesThatAreNoMessage_areRefused(MessageKind<?> kind, byte[] valid) {
    for (String junk :
        List.of(
            "00 # field 0",
            "0c # end of a group that did not begin",
            "0b # group without end",
            "0f # wire type 7",
            "08 # number missing",
            "08 ff ff ff ff ff ff ff ff ff ff 01 # number of eleven bytes",
            "12 05 'abc' # three of five bytes",
            "12 ff ff ff ff 07 # two gigabytes announced",
            "12 ff ff ff ff ff ff ff ff ff 01 # negative length")) {
      assertRefused(MALFORMED_MESSAGE, kind, AnnotatedHex.parse(junk));
      assertRefused(MALFORMED_MESSAGE, kind, concat(valid, AnnotatedHex.parse(junk)));
    }
  }

  @ParameterizedTest
  @MethodSource("samples")
  void truncatedMessage_isRefused(MessageKind<?> kind, byte[] valid) {
    for (int length = 0; length < valid.length; length++) {
      byte[] truncated = Arrays.copyOf(valid, length);
      if (lacksOnlyWhatMayBeAbsent(kind, valid, length)) {
        continue; // the length of the body protects lists, and what comes after them
      }
      assertThatExceptionOfType(RejectedException.class)
          .as("%s of %s bytes", length, valid.length)
          .isThrownBy(() -> kind.decode(truncated))
          .satisfies(e -> assertThat(e.reason()).isIn(MALFORMED_MESSAGE, MISSING_FIELD));
    }
  }

  private static boolean lacksOnlyWhatMayBeAbsent(MessageKind<?> kind, byte[] valid, int length) {
    List<Integer> lacking = WireFields.of(valid).numbersFrom(length);
    List<Integer> credentials = List.of(3, 4, 5, 6);
    return !lacking.isEmpty()
        && (MAY_BE_ABSENT.getOrDefault(kind, List.of()).containsAll(lacking)
            || (kind.equals(MessageKind.ENROL_RESPONSE) && lacking.equals(credentials)));
  }

  @ParameterizedTest
  @FieldSource("dev.tributary.aggregation.protocol.MessageKind#ALL")
  void messageOfManySmallFields_isRefusedUnbuilt(MessageKind<?> kind) {
    int fields = 1 << 15;
    String version = "08 01";
    for (String field : List.of("18 01", "1a 00", "12 00", "32 00", "7a 00")) {
      byte[] message = AnnotatedHex.parse(version + field.repeat(fields));
      if (message.length <= kind.maximumBytes()) {
        assertRefused(MESSAGE_TOO_LARGE, kind, message);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("samples")
  void oversizedMessage_isRefusedUnread(MessageKind<?> kind, byte[] valid) {
    byte[] padded = Arrays.copyOf(valid, kind.maximumBytes() + 1);
    assertRefused(MESSAGE_TOO_LARGE, kind, padded);
    assertRefused(MALFORMED_MESSAGE, kind, Arrays.copyOf(valid, kind.maximumBytes()));
  }

  static void assertRefused(RejectReason reason, MessageKind<?> kind, byte[] bytes) {
    assertThatExceptionOfType(RejectedException.class)
        .isThrownBy(() -> kind.decode(bytes))
        .satisfies(
            e -> {
              assertThat(e.reason()).as(e.detail()).isEqualTo(reason);
              assertThat(e.detail()).startsWith(kind + ": ");
              assertThat(e.getStackTrace()).isEmpty();
            });
  }

  private static byte[] concat(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }
}
