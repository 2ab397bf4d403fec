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

/** The faults of single fields in manifests. */
class ManifestFieldFaultsTest {

  private static final UnknownFieldSet FIELD_100 =
      UnknownFieldSet.newBuilder()
          .addField(100, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
          .build();

  static Stream<FieldFault> faults() {
    return Stream.of(manifestFaults(), quantizationFaults(), trainingFaults())
        .flatMap(faults -> faults);
  }

  private static Stream<FieldFault> manifestFaults() {
    return Stream.of(
        manifest("kind 0", UNKNOWN_ENUM, b -> b.setKind(Wire.RoundKind.ROUND_KIND_UNSPECIFIED)),
        manifest("kind 3", UNKNOWN_ENUM, b -> b.setKindValue(3)),
        manifest("kind -1", UNKNOWN_ENUM, b -> b.setKindValue(-1)),
        manifest(
            "protocol 0",
            UNKNOWN_ENUM,
            b -> b.setProtocol(Wire.ProtocolKind.PROTOCOL_KIND_UNSPECIFIED)),
        manifest("protocol 3", UNKNOWN_ENUM, b -> b.setProtocolValue(3)),
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

  private static Stream<FieldFault> quantizationFaults() {
    return Stream.of(
        quantization("no parameters", FIELD_OUT_OF_RANGE, b -> b.setParameters(0)),
        quantization("2^31 parameters", FIELD_OUT_OF_RANGE, b -> b.setParameters(1 << 31)),
        quantization("1 bit", FIELD_OUT_OF_RANGE, b -> b.setBits(1)),
        manifest(
            "17 bits of an update",
            FIELD_OUT_OF_RANGE,
            b -> {
              b.getQuantizationBuilder().setBits(17).setRingBits(24);
              b.setUploadBytes((b.getQuantization().getParameters() + 1L) * 24 / 8);
            }),
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

  private static Stream<FieldFault> trainingFaults() {
    return Stream.of(
        training("no epochs", FIELD_OUT_OF_RANGE, b -> b.setEpochs(0)),
        training("no batch", FIELD_OUT_OF_RANGE, b -> b.setBatchSize(0)),
        training("learning rate NaN", FIELD_OUT_OF_RANGE, b -> b.setLearningRate(Float.NaN)),
        training("learning rate 0", FIELD_OUT_OF_RANGE, b -> b.setLearningRate(0)),
        training("momentum 1", FIELD_OUT_OF_RANGE, b -> b.setMomentum(1)),
        training("momentum missing", MISSING_FIELD, b -> b.clearMomentum()));
  }

  @ParameterizedTest
  @MethodSource("faults")
  void faultyField_isRefusedForItsReason(FieldFault fault) {
    fault.assertRefused();
  }

  private static long beyondMillis() {
    return CheckInAnswer.MAXIMUM_MILLIS + 1;
  }

  private static FieldFault manifest(
      String what, RejectReason reason, Consumer<Wire.RoundManifest.Builder> change) {
    return FieldFault.in(
        "round-manifest",
        MessageKind.ROUND_MANIFEST,
        Wire.RoundManifest.newBuilder(),
        what,
        reason,
        change);
  }

  private static FieldFault quantization(
      String what, RejectReason reason, Consumer<Wire.QuantizationParameters.Builder> change) {
    return manifest(what, reason, b -> change.accept(b.getQuantizationBuilder()));
  }

  private static FieldFault training(
      String what, RejectReason reason, Consumer<Wire.TrainingParameters.Builder> change) {
    return manifest(what, reason, b -> change.accept(b.getTrainingBuilder()));
  }
}
