package dev.tributary.aggregation.protocol.round;

import dev.tributary.aggregation.mask.ProtocolKind;
import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.aggregation.protocol.FieldRules;
import dev.tributary.aggregation.protocol.PopulationName;
import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.aggregation.protocol.RoundKind;
import dev.tributary.aggregation.protocol.VersionRange;
import dev.tributary.aggregation.protocol.codec.StrictDecoder;
import dev.tributary.aggregation.protocol.codec.WireEnums;
import dev.tributary.aggregation.protocol.wire.Wire;
import dev.tributary.aggregation.quantize.QuantizationParameters;
import dev.tributary.aggregation.runtime.TrainingParameters;
import java.util.Optional;

/** Between {@link RoundManifest} and its encoding. */
final class RoundManifestCodec {

  private static final StrictDecoder<Wire.RoundManifest> DECODER =
      new StrictDecoder<>(
          "round manifest",
          Wire.RoundManifest.getDefaultInstance(),
          RoundManifest.MAXIMUM_BYTES,
          "training",
          "secure_aggregation");

  private RoundManifestCodec() {}

  static RoundManifest decode(byte[] bytes) throws RejectedException {
    return DECODER.decode(bytes, RoundManifestCodec::fromWire);
  }

  static Wire.RoundManifest.Builder toWire(RoundManifest manifest) {
    Wire.RoundManifest.Builder wire =
        Wire.RoundManifest.newBuilder()
            .setVersion(VersionRange.CURRENT)
            .setRoundId(manifest.roundId().toString())
            .setKind(toWire(manifest.kind()))
            .setProtocol(toWire(manifest.protocol()))
            .setPopulation(manifest.population().text())
            .setModelDigest(manifest.modelDigest().toString())
            .setModelBytes(manifest.modelBytes())
            .setModelSpecJson(manifest.modelSpecJson())
            .setQuantization(toWire(manifest.quantization()))
            .setTargetCount(manifest.targetCount())
            .setMinimumCount(manifest.minimumCount())
            .setReportingDeadlineMillis(manifest.reportingDeadlineMillis())
            .setUploadBytes(manifest.uploadBytes());
    manifest.training().ifPresent(training -> wire.setTraining(toWire(training)));
    manifest
        .secureAggregation()
        .ifPresent(
            parameters -> wire.setSecureAggregation(SecureAggregationCodec.toWire(parameters)));
    return wire;
  }

  private static RoundManifest fromWire(Wire.RoundManifest wire) {
    RoundManifest manifest =
        new RoundManifest(
            RoundId.of(wire.getRoundId()),
            fromWire(wire.getKind()),
            fromWire(wire.getProtocol()),
            new PopulationName(wire.getPopulation()),
            FieldRules.build(
                "model_digest",
                RejectReason.FIELD_WRONG_FORM,
                () -> new ModelDigest(wire.getModelDigest())),
            wire.getModelBytes(),
            wire.getModelSpecJson(),
            fromWire(wire.getQuantization()),
            wire.hasTraining() ? Optional.of(fromWire(wire.getTraining())) : Optional.empty(),
            wire.getTargetCount(),
            wire.getMinimumCount(),
            wire.getReportingDeadlineMillis(),
            wire.hasSecureAggregation()
                ? Optional.of(SecureAggregationCodec.fromWire(wire.getSecureAggregation()))
                : Optional.empty());
    FieldRules.agree(
        wire.getUploadBytes() == manifest.uploadBytes(),
        "upload_bytes: expected "
            + manifest.uploadBytes()
            + " for this quantization, got "
            + Long.toUnsignedString(wire.getUploadBytes()));
    return manifest;
  }

  private static Wire.RoundKind toWire(RoundKind kind) {
    return switch (kind) {
      case TRAINING -> Wire.RoundKind.ROUND_KIND_TRAINING;
      case EVALUATION -> Wire.RoundKind.ROUND_KIND_EVALUATION;
    };
  }

  private static RoundKind fromWire(Wire.RoundKind wire) {
    return WireEnums.find(RoundKind.values(), RoundManifestCodec::toWire, wire);
  }

  private static Wire.ProtocolKind toWire(ProtocolKind protocol) {
    return switch (protocol) {
      case PLAIN -> Wire.ProtocolKind.PROTOCOL_KIND_PLAIN;
      case SECAGG_PLUS -> Wire.ProtocolKind.PROTOCOL_KIND_SECAGG_PLUS;
    };
  }

  private static ProtocolKind fromWire(Wire.ProtocolKind wire) {
    return WireEnums.find(ProtocolKind.values(), RoundManifestCodec::toWire, wire);
  }

  private static Wire.QuantizationParameters toWire(QuantizationParameters quantization) {
    return Wire.QuantizationParameters.newBuilder()
        .setParameters(quantization.parameters())
        .setBits(quantization.bits())
        .setRingBits(quantization.ringBits())
        .setClipNorm(quantization.clipNorm())
        .setRange(quantization.range())
        .setMaxExamples(quantization.maxExamples())
        .setMaxDevices(quantization.maxDevices())
        .build();
  }

  private static QuantizationParameters fromWire(Wire.QuantizationParameters wire) {
    return FieldRules.build(
        "quantization",
        RejectReason.FIELD_OUT_OF_RANGE,
        () ->
            new QuantizationParameters(
                wire.getParameters(),
                wire.getBits(),
                wire.getRingBits(),
                wire.getClipNorm(),
                wire.getRange(),
                wire.getMaxExamples(),
                wire.getMaxDevices()));
  }

  private static Wire.TrainingParameters toWire(TrainingParameters training) {
    return Wire.TrainingParameters.newBuilder()
        .setEpochs(training.epochs())
        .setBatchSize(training.batchSize())
        .setLearningRate(training.learningRate())
        .setMomentum(training.momentum())
        .build();
  }

  private static TrainingParameters fromWire(Wire.TrainingParameters wire) {
    return FieldRules.build(
        "training",
        RejectReason.FIELD_OUT_OF_RANGE,
        () ->
            new TrainingParameters(
                wire.getEpochs(), wire.getBatchSize(), wire.getLearningRate(), wire.getMomentum()));
  }
}
