package dev.tributary.aggregation.protocol;

import static dev.tributary.aggregation.protocol.RejectReason.FIELD_OUT_OF_RANGE;
import static dev.tributary.aggregation.protocol.RejectReason.FIELD_WRONG_FORM;
import static dev.tributary.aggregation.protocol.RejectReason.FIELD_WRONG_SIZE;
import static dev.tributary.aggregation.protocol.RejectReason.MISSING_FIELD;
import static dev.tributary.aggregation.protocol.RejectReason.UNKNOWN_ENUM;
import static dev.tributary.aggregation.protocol.RejectReason.UNKNOWN_FIELD;

import com.google.protobuf.UnknownFieldSet;
import dev.tributary.aggregation.protocol.round.CheckInAnswer;
import dev.tributary.aggregation.protocol.wire.Wire;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The faults of single fields in check-ins, their answers, and what follows an upload. */
class CheckInFieldFaultsTest {

  private static final UnknownFieldSet FIELD_100 =
      UnknownFieldSet.newBuilder()
          .addField(100, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
          .build();

  static Stream<FieldFault> faults() {
    return Stream.of(checkInFaults(), answerFaults(), otherFaults()).flatMap(faults -> faults);
  }

  private static Stream<FieldFault> checkInFaults() {
    return Stream.of(
        checkIn("2^31 examples", FIELD_OUT_OF_RANGE, b -> b.setExampleCount(Integer.MIN_VALUE)),
        checkIn("empty key", FIELD_WRONG_SIZE, b -> b.putAttributes("", "x")),
        checkIn("empty value", FIELD_WRONG_SIZE, b -> b.putAttributes("x", "")),
        checkIn("key of 65", FIELD_WRONG_SIZE, b -> b.putAttributes("x".repeat(65), "x")),
        checkIn("value of 65", FIELD_WRONG_SIZE, b -> b.putAttributes("x", "é".repeat(65))),
        checkIn("line feed in a value", FIELD_WRONG_FORM, b -> b.putAttributes("x", "a\nb")),
        checkIn("U+2028 in a key", FIELD_WRONG_FORM, b -> b.putAttributes("a\u2028b", "x")),
        checkIn(
            "33 attributes",
            FIELD_WRONG_SIZE,
            b -> {
              for (int i = 0; i < 33; i++) {
                b.putAttributes("k" + i, "v");
              }
            }),
        checkIn("empty runtime", FIELD_WRONG_FORM, b -> b.addRuntimes("")),
        checkIn("runtime of 33", FIELD_WRONG_FORM, b -> b.addRuntimes("x".repeat(33))),
        checkIn("runtime twice", FIELD_OUT_OF_RANGE, b -> b.addRuntimes("java")),
        checkIn(
            "nine runtimes",
            FIELD_WRONG_SIZE,
            b -> {
              for (int i = 0; i < 7; i++) {
                b.addRuntimes("r" + i);
              }
            }));
  }

  private static Stream<FieldFault> answerFaults() {
    return Stream.of(
        assigned("no round number", FIELD_WRONG_FORM, b -> b.setRoundId("next-word")),
        assigned("round 0", FIELD_WRONG_FORM, b -> b.setRoundId("next-word.0")),
        assigned("round 01", FIELD_WRONG_FORM, b -> b.setRoundId("next-word.01")),
        assigned("round 10^15", FIELD_WRONG_FORM, b -> b.setRoundId("next-word.1000000000000000")),
        assigned("two numbers", FIELD_WRONG_FORM, b -> b.setRoundId("next.1.2")),
        assigned("expired", FIELD_OUT_OF_RANGE, b -> b.setExpiresInMillis(0)),
        assigned("far future", FIELD_OUT_OF_RANGE, b -> b.setExpiresInMillis(beyondMillis())),
        assigned("2^64-1 ms", FIELD_OUT_OF_RANGE, b -> b.setExpiresInMillis(-1)),
        assigned("round missing", MISSING_FIELD, Wire.CheckInAnswer.Assigned.Builder::clearRoundId),
        assigned("unknown field within", UNKNOWN_FIELD, b -> b.setUnknownFields(FIELD_100)),
        comeBack("window backwards", FIELD_OUT_OF_RANGE, b -> b.setMaxDelayMillis(999)),
        comeBack("too late", FIELD_OUT_OF_RANGE, b -> b.setMaxDelayMillis(beyondMillis())),
        comeBack("reason of 65", FIELD_WRONG_FORM, b -> b.setReasonCode("r".repeat(65))),
        comeBack("no reason", FIELD_WRONG_FORM, b -> b.setReasonCode("")),
        comeBack("start missing", MISSING_FIELD, b -> b.clearMinDelayMillis()));
  }

  private static Stream<FieldFault> otherFaults() {
    return Stream.of(
        failure(
            "reason 0",
            UNKNOWN_ENUM,
            b -> b.setReason(Wire.DeviceFailure.DEVICE_FAILURE_UNSPECIFIED)),
        failure("reason 8", UNKNOWN_ENUM, b -> b.setReasonValue(8)),
        failure("detail of 513", FIELD_WRONG_SIZE, b -> b.setDetail("x".repeat(513))),
        failure("escape in the detail", FIELD_WRONG_FORM, b -> b.setDetail("\u001b[2J")),
        receipt("upload id of 33", FIELD_WRONG_FORM, b -> b.setUploadId("a".repeat(33))),
        receipt("window backwards", FIELD_OUT_OF_RANGE, b -> b.setNextCheckInMinMillis(5001)),
        receipt("2^63 ms", FIELD_OUT_OF_RANGE, b -> b.setNextCheckInMinMillis(Long.MIN_VALUE)),
        result(
            "state 0", UNKNOWN_ENUM, b -> b.setState(Wire.RoundOutcome.ROUND_OUTCOME_UNSPECIFIED)),
        result("state 5", UNKNOWN_ENUM, b -> b.setStateValue(5)),
        result("published, no model", FIELD_OUT_OF_RANGE, b -> b.clearModelDigest()),
        result(
            "a model, not published",
            FIELD_OUT_OF_RANGE,
            b -> b.setState(Wire.RoundOutcome.ROUND_OUTCOME_ABANDONED)),
        result("digest of other letters", FIELD_WRONG_FORM, b -> b.setModelDigest("g".repeat(64))),
        result("detail of 513", FIELD_WRONG_SIZE, b -> b.setDetail("x".repeat(513))));
  }

  @ParameterizedTest
  @MethodSource("faults")
  void faultyField_isRefusedForItsReason(FieldFault fault) {
    fault.assertRefused();
  }

  private static long beyondMillis() {
    return CheckInAnswer.MAXIMUM_MILLIS + 1;
  }

  private static FieldFault checkIn(
      String what, RejectReason reason, Consumer<Wire.CheckIn.Builder> change) {
    return FieldFault.in(
        "check-in", MessageKind.CHECK_IN, Wire.CheckIn.newBuilder(), what, reason, change);
  }

  private static FieldFault assigned(
      String what, RejectReason reason, Consumer<Wire.CheckInAnswer.Assigned.Builder> change) {
    return FieldFault.in(
        "check-in-answer-assigned",
        MessageKind.CHECK_IN_ANSWER,
        Wire.CheckInAnswer.newBuilder(),
        what,
        reason,
        b -> change.accept(b.getAssignedBuilder()));
  }

  private static FieldFault comeBack(
      String what, RejectReason reason, Consumer<Wire.CheckInAnswer.ComeBack.Builder> change) {
    return FieldFault.in(
        "check-in-answer-come-back",
        MessageKind.CHECK_IN_ANSWER,
        Wire.CheckInAnswer.newBuilder(),
        what,
        reason,
        b -> change.accept(b.getComeBackBuilder()));
  }

  private static FieldFault failure(
      String what, RejectReason reason, Consumer<Wire.FailureReport.Builder> change) {
    return FieldFault.in(
        "failure-report",
        MessageKind.FAILURE_REPORT,
        Wire.FailureReport.newBuilder(),
        what,
        reason,
        change);
  }

  private static FieldFault receipt(
      String what, RejectReason reason, Consumer<Wire.UploadReceipt.Builder> change) {
    return FieldFault.in(
        "upload-receipt",
        MessageKind.UPLOAD_RECEIPT,
        Wire.UploadReceipt.newBuilder(),
        what,
        reason,
        change);
  }

  private static FieldFault result(
      String what, RejectReason reason, Consumer<Wire.RoundResult.Builder> change) {
    return FieldFault.in(
        "round-result-published",
        MessageKind.ROUND_RESULT,
        Wire.RoundResult.newBuilder(),
        what,
        reason,
        change);
  }
}
