package dev.tributary.aggregation.protocol;

import static dev.tributary.aggregation.protocol.RejectReason.FIELD_OUT_OF_RANGE;
import static dev.tributary.aggregation.protocol.RejectReason.FIELD_WRONG_FORM;
import static dev.tributary.aggregation.protocol.RejectReason.FIELD_WRONG_SIZE;

import com.google.protobuf.ByteString;
import dev.tributary.aggregation.protocol.wire.Wire;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The faults of single fields in messages of access. */
class AccessFieldFaultsTest {

  static Stream<FieldFault> faults() {
    return Stream.of(enrolFaults(), accessFaults()).flatMap(faults -> faults);
  }

  private static Stream<FieldFault> enrolFaults() {
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

  private static Stream<FieldFault> accessFaults() {
    return Stream.of(
        FieldFault.in(
            "device id in capitals",
            MessageKind.ENROL_RESPONSE,
            FIELD_WRONG_FORM,
            Wire.EnrolResponse.newBuilder().setVersion(1).setDeviceId("A".repeat(32))),
        FieldFault.in(
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
        FieldFault.in(
            "token with a blank",
            MessageKind.SESSION_RESPONSE,
            FIELD_WRONG_FORM,
            Wire.SessionResponse.newBuilder()
                .setVersion(1)
                .setToken("A".repeat(42) + " ")
                .setExpiresInSeconds(1)),
        FieldFault.in(
            "session of eight days",
            MessageKind.SESSION_RESPONSE,
            FIELD_OUT_OF_RANGE,
            Wire.SessionResponse.newBuilder()
                .setVersion(1)
                .setToken("A".repeat(43))
                .setExpiresInSeconds(691_200)));
  }

  @ParameterizedTest
  @MethodSource("faults")
  void faultyField_isRefusedForItsReason(FieldFault fault) {
    fault.assertRefused();
  }

  private static ByteString bytes(int length) {
    return ByteString.copyFrom(new byte[length]);
  }

  private static FieldFault enrol(
      String what, RejectReason reason, Consumer<Wire.EnrolRequest.Builder> change) {
    return FieldFault.in(
        "enrol-request",
        MessageKind.ENROL_REQUEST,
        Wire.EnrolRequest.newBuilder(),
        what,
        reason,
        change);
  }

  private static FieldFault challenge(
      String what, RejectReason reason, Consumer<Wire.Challenge.Builder> change) {
    return FieldFault.in(
        "challenge", MessageKind.CHALLENGE, Wire.Challenge.newBuilder(), what, reason, change);
  }

  private static FieldFault session(
      String what, RejectReason reason, Consumer<Wire.SessionRequest.Builder> change) {
    return FieldFault.in(
        "session-request",
        MessageKind.SESSION_REQUEST,
        Wire.SessionRequest.newBuilder(),
        what,
        reason,
        change);
  }
}
