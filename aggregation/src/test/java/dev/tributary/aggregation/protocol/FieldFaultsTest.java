package dev.tributary.aggregation.protocol;

import static dev.tributary.aggregation.protocol.RejectReason.FIELD_OUT_OF_RANGE;
import static dev.tributary.aggregation.protocol.RejectReason.FIELD_WRONG_FORM;
import static dev.tributary.aggregation.protocol.RejectReason.FIELD_WRONG_SIZE;
import static dev.tributary.aggregation.protocol.RejectReason.MISSING_FIELD;
import static dev.tributary.aggregation.protocol.RejectReason.UNKNOWN_ENUM;
import static dev.tributary.aggregation.protocol.RejectReason.UNKNOWN_FIELD;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import dev.tributary.aggregation.protocol.round.CheckInAnswer;
import dev.tributary.aggregation.protocol.wire.Wire;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The faults of single fields: a valid message with one thing changed, and the reason it is refused
 * for.
 */
class FieldFaultsTest {

  private static final UnknownFieldSet FIELD_100 =
      UnknownFieldSet.newBuilder()
          .addField(100, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
          .build();

  record Fault(String what, MessageKind<?> kind, RejectReason reason, byte[] bytes) {

    @Override
    public String toString() {
      return kind + ": " + what;
    }
  }

  static Stream<Fault> faults() {
    return Stream.of(
            enrolFaults(),
            accessFaults(),
            checkInFaults(),
            answerFaults(),
            manifestFaults(),
            quantizationFaults(),
            trainingFaults(),
            otherFaults())
        .flatMap(faults -> faults);
  }

  private static Stream<Fault> enrolFaults() {
    return Stream.of(
        enrol("minimum version 0", FIELD_OUT_OF_RANGE, b -> b.setMinimumVersion(0)),
        enrol("maximum below minimum", FIELD_OUT_OF_RANGE, b -> b.setMinimumVersion(4)),
        enrol("maximum version 65536", FIELD_OUT_OF_RANGE, b -> b.setMaximumVersion(65_536)),
        enrol("maximum version 2^32-1", FIELD_OUT_OF_RANGE, b -> b.setMaximumVersion(-1)),
        enrol("no population", FIELD_WRONG_FORM, b -> b.setPopulation("")),
        enrol("population of 64", FIELD_WRONG_FORM, b -> b.setPopulation("a".repeat(64))),
        enrol("population in capitals", FIELD_WRONG_FORM, b -> b.setPopulation("Keyboards")),
        enrol("population as a path", FIELD_WRONG_FORM, b -> b.setPopulation("a/../b")),
        enrol("population and a line", FIELD_WRONG_FORM, b -> b.setPopulation("keyboards\n")),
        enrol("short token", FIELD_WRONG_FORM, b -> b.setToken("abc")),
        enrol("short key", FIELD_WRONG_SIZE, b -> b.setPublicKey(bytes(31))),
        enrol("long key", FIELD_WRONG_SIZE, b -> b.setPublicKey(bytes(33))),
        enrol("key of small order", FIELD_WRONG_FORM, b -> b.setPublicKey(bytes(32))),
        enrol("SDK version 1.2", FIELD_WRONG_FORM, b -> b.setSdkVersion("1.2")),
        enrol("SDK version 01.2.3", FIELD_WRONG_FORM, b -> b.setSdkVersion("01.2.3")),
        enrol("SDK version 100000.0.0", FIELD_WRONG_FORM, b -> b.setSdkVersion("100000.0.0")),
        enrol("short proof", FIELD_WRONG_SIZE, b -> b.setProof(bytes(63))),
        enrol("long proof", FIELD_WRONG_SIZE, b -> b.setProof(bytes(65))));
  }

  private static Stream<Fault> accessFaults() {
    return Stream.of(
        fault(
            "device id in capitals",
            MessageKind.ENROL_RESPONSE,
            FIELD_WRONG_FORM,
            Wire.EnrolResponse.newBuilder().setVersion(1).setDeviceId("A".repeat(32))),
        fault(
            "device id of 31",
            MessageKind.CHALLENGE_REQUEST,
            FIELD_WRONG_FORM,
            Wire.ChallengeRequest.newBuilder().setVersion(1).setDeviceId("a".repeat(31))),
        challenge("short nonce", FIELD_WRONG_SIZE, b -> b.setNonce(bytes(31))),
        challenge("expired at once", FIELD_OUT_OF_RANGE, b -> b.setExpiresInSeconds(0)),
        challenge("good for two hours", FIELD_OUT_OF_RANGE, b -> b.setExpiresInSeconds(7200)),
        challenge("good for 2^32-1 s", FIELD_OUT_OF_RANGE, b -> b.setExpiresInSeconds(-1)),
        session("no versions", FIELD_OUT_OF_RANGE, b -> b.setMinimumVersion(0)),
        session("long nonce", FIELD_WRONG_SIZE, b -> b.setNonce(bytes(33))),
        session("empty signature", FIELD_WRONG_SIZE, b -> b.setSignature(ByteString.EMPTY)),
        session("id with a dot", FIELD_WRONG_FORM, b -> b.setDeviceId("a".repeat(31) + ".")),
        fault(
            "token with a blank",
            MessageKind.SESSION_RESPONSE,
            FIELD_WRONG_FORM,
            Wire.SessionResponse.newBuilder()
                .setVersion(1)
                .setToken("A".repeat(42) + " ")
                .setExpiresInSeconds(1)),
        fault(
            "session of eight days",
            MessageKind.SESSION_RESPONSE,
            FIELD_OUT_OF_RANGE,
            Wire.SessionResponse.newBuilder()
                .setVersion(1)
                .setToken("A".repeat(43))
                .setExpiresInSeconds(691_200)));
  }

  private static Stream<Fault> checkInFaults() {
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

  private static Stream<Fault> answerFaults() {
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

  private static Stream<Fault> manifestFaults() {
    return Stream.of(
        manifest("kind 0", UNKNOWN_ENUM, b -> b.setKind(Wire.RoundKind.ROUND_KIND_UNSPECIFIED)),
        manifest("kind 3", UNKNOWN_ENUM, b -> b.setKindValue(3)),
        manifest("kind -1", UNKNOWN_ENUM, b -> b.setKindValue(-1)),
        manifest(
            "protocol 0",
            UNKNOWN_ENUM,
            b -> b.setProtocol(Wire.ProtocolKind.PROTOCOL_KIND_UNSPECIFIED)),
        manifest("protocol 2", UNKNOWN_ENUM, b -> b.setProtocolValue(2)),
        manifest("short digest", FIELD_WRONG_FORM, b -> b.setModelDigest("ab")),
        manifest("empty model", FIELD_OUT_OF_RANGE, b -> b.setModelBytes(0)),
        manifest("model of 2^40+1", FIELD_OUT_OF_RANGE, b -> b.setModelBytes((1L << 40) + 1)),
        manifest("model of 2^63", FIELD_OUT_OF_RANGE, b -> b.setModelBytes(Long.MIN_VALUE)),
        manifest("no specification", FIELD_WRONG_SIZE, b -> b.setModelSpecJson("")),
        manifest("specification not ASCII", FIELD_WRONG_FORM, b -> b.setModelSpecJson("{\"é\":1}")),
        manifest("65537 characters", FIELD_WRONG_SIZE, b -> b.setModelSpecJson("x".repeat(65_537))),
        manifest("training missing", FIELD_OUT_OF_RANGE, Wire.RoundManifest.Builder::clearTraining),
        manifest(
            "evaluation with training",
            FIELD_OUT_OF_RANGE,
            b -> b.setKind(Wire.RoundKind.ROUND_KIND_EVALUATION)),
        manifest("minimum 0", FIELD_OUT_OF_RANGE, b -> b.setMinimumCount(0)),
        manifest("minimum above target", FIELD_OUT_OF_RANGE, b -> b.setMinimumCount(51)),
        manifest("target above the most devices", FIELD_OUT_OF_RANGE, b -> b.setTargetCount(101)),
        manifest("target 2^31", FIELD_OUT_OF_RANGE, b -> b.setTargetCount(Integer.MIN_VALUE)),
        manifest(
            "deadline too late",
            FIELD_OUT_OF_RANGE,
            b -> b.setReportingDeadlineMillis(beyondMillis())),
        manifest("an upload byte more", FIELD_OUT_OF_RANGE, b -> b.setUploadBytes(2879)),
        manifest("2^63 upload bytes", FIELD_OUT_OF_RANGE, b -> b.setUploadBytes(Long.MIN_VALUE)));
  }

  private static Stream<Fault> quantizationFaults() {
    return Stream.of(
        quantization("no parameters", FIELD_OUT_OF_RANGE, b -> b.setParameters(0)),
        quantization("2^31 parameters", FIELD_OUT_OF_RANGE, b -> b.setParameters(1 << 31)),
        quantization("1 bit", FIELD_OUT_OF_RANGE, b -> b.setBits(1)),
        quantization("33 bits", FIELD_OUT_OF_RANGE, b -> b.setBits(33)),
        quantization("a modulus too small", FIELD_OUT_OF_RANGE, b -> b.setRingBits(22)),
        quantization("a modulus too large", FIELD_OUT_OF_RANGE, b -> b.setRingBits(65)),
        quantization("clip norm 0", FIELD_OUT_OF_RANGE, b -> b.setClipNorm(0)),
        quantization("clip norm NaN", FIELD_OUT_OF_RANGE, b -> b.setClipNorm(Float.NaN)),
        quantization("negative range", FIELD_OUT_OF_RANGE, b -> b.setRange(-1)),
        quantization("range NaN", FIELD_OUT_OF_RANGE, b -> b.setRange(Float.NaN)),
        quantization(
            "infinite range", FIELD_OUT_OF_RANGE, b -> b.setRange(Float.POSITIVE_INFINITY)),
        quantization("no examples", FIELD_OUT_OF_RANGE, b -> b.setMaxExamples(0)),
        quantization("no devices", FIELD_OUT_OF_RANGE, b -> b.setMaxDevices(0)),
        quantization("bits missing", MISSING_FIELD, b -> b.clearBits()),
        quantization("unknown field within", UNKNOWN_FIELD, b -> b.setUnknownFields(FIELD_100)));
  }

  private static Stream<Fault> trainingFaults() {
    return Stream.of(
        training("no epochs", FIELD_OUT_OF_RANGE, b -> b.setEpochs(0)),
        training("no batch", FIELD_OUT_OF_RANGE, b -> b.setBatchSize(0)),
        training("learning rate NaN", FIELD_OUT_OF_RANGE, b -> b.setLearningRate(Float.NaN)),
        training("learning rate 0", FIELD_OUT_OF_RANGE, b -> b.setLearningRate(0)),
        training("momentum 1", FIELD_OUT_OF_RANGE, b -> b.setMomentum(1)),
        training("momentum missing", MISSING_FIELD, b -> b.clearMomentum()));
  }

  private static Stream<Fault> otherFaults() {
    return Stream.of(
        failure(
            "reason 0",
            UNKNOWN_ENUM,
            b -> b.setReason(Wire.DeviceFailure.DEVICE_FAILURE_UNSPECIFIED)),
        failure("reason 7", UNKNOWN_ENUM, b -> b.setReasonValue(7)),
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
  void faultyField_isRefusedForItsReason(Fault fault) {
    StrictDecodingTest.assertRefused(fault.reason(), fault.kind(), fault.bytes());
  }

  private static long beyondMillis() {
    return CheckInAnswer.MAXIMUM_MILLIS + 1;
  }

  private static ByteString bytes(int length) {
    return ByteString.copyFrom(new byte[length]);
  }

  private static Fault fault(
      String what, MessageKind<?> kind, RejectReason reason, Message.Builder message) {
    return new Fault(what, kind, reason, message.buildPartial().toByteArray());
  }

  /** The annotated sample of this name, changed. */
  private static <B extends Message.Builder> Fault changed(
      String what,
      MessageKind<?> kind,
      RejectReason reason,
      String sample,
      B builder,
      Consumer<B> change) {
    try {
      builder.mergeFrom(AnnotatedHex.resource(sample));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("sample " + sample + " is not a message", e);
    }
    change.accept(builder);
    return fault(what, kind, reason, builder);
  }

  private static Fault enrol(
      String what, RejectReason reason, Consumer<Wire.EnrolRequest.Builder> change) {
    return changed(
        what,
        MessageKind.ENROL_REQUEST,
        reason,
        "enrol-request",
        Wire.EnrolRequest.newBuilder(),
        change);
  }

  private static Fault challenge(
      String what, RejectReason reason, Consumer<Wire.Challenge.Builder> change) {
    return changed(
        what, MessageKind.CHALLENGE, reason, "challenge", Wire.Challenge.newBuilder(), change);
  }

  private static Fault session(
      String what, RejectReason reason, Consumer<Wire.SessionRequest.Builder> change) {
    return changed(
        what,
        MessageKind.SESSION_REQUEST,
        reason,
        "session-request",
        Wire.SessionRequest.newBuilder(),
        change);
  }

  private static Fault checkIn(
      String what, RejectReason reason, Consumer<Wire.CheckIn.Builder> change) {
    return changed(
        what, MessageKind.CHECK_IN, reason, "check-in", Wire.CheckIn.newBuilder(), change);
  }

  private static Fault assigned(
      String what, RejectReason reason, Consumer<Wire.CheckInAnswer.Assigned.Builder> change) {
    return changed(
        what,
        MessageKind.CHECK_IN_ANSWER,
        reason,
        "check-in-answer-assigned",
        Wire.CheckInAnswer.newBuilder(),
        b -> change.accept(b.getAssignedBuilder()));
  }

  private static Fault comeBack(
      String what, RejectReason reason, Consumer<Wire.CheckInAnswer.ComeBack.Builder> change) {
    return changed(
        what,
        MessageKind.CHECK_IN_ANSWER,
        reason,
        "check-in-answer-come-back",
        Wire.CheckInAnswer.newBuilder(),
        b -> change.accept(b.getComeBackBuilder()));
  }

  private static Fault manifest(
      String what, RejectReason reason, Consumer<Wire.RoundManifest.Builder> change) {
    return changed(
        what,
        MessageKind.ROUND_MANIFEST,
        reason,
        "round-manifest",
        Wire.RoundManifest.newBuilder(),
        change);
  }

  private static Fault quantization(
      String what, RejectReason reason, Consumer<Wire.QuantizationParameters.Builder> change) {
    return manifest(what, reason, b -> change.accept(b.getQuantizationBuilder()));
  }

  private static Fault training(
      String what, RejectReason reason, Consumer<Wire.TrainingParameters.Builder> change) {
    return manifest(what, reason, b -> change.accept(b.getTrainingBuilder()));
  }

  private static Fault failure(
      String what, RejectReason reason, Consumer<Wire.FailureReport.Builder> change) {
    return changed(
        what,
        MessageKind.FAILURE_REPORT,
        reason,
        "failure-report",
        Wire.FailureReport.newBuilder(),
        change);
  }

  private static Fault receipt(
      String what, RejectReason reason, Consumer<Wire.UploadReceipt.Builder> change) {
    return changed(
        what,
        MessageKind.UPLOAD_RECEIPT,
        reason,
        "upload-receipt",
        Wire.UploadReceipt.newBuilder(),
        change);
  }

  private static Fault result(
      String what, RejectReason reason, Consumer<Wire.RoundResult.Builder> change) {
    return changed(
        what,
        MessageKind.ROUND_RESULT,
        reason,
        "round-result-published",
        Wire.RoundResult.newBuilder(),
        change);
  }
}
