package dev.tributary.aggregation.protocol.round;

import dev.tributary.aggregation.mask.ProtocolKind;
import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.aggregation.protocol.FieldRules;
import dev.tributary.aggregation.protocol.PopulationName;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.aggregation.protocol.RoundKind;
import dev.tributary.aggregation.protocol.secagg.SecureAggregationParameters;
import dev.tributary.aggregation.quantize.QuantizationParameters;
import dev.tributary.aggregation.runtime.TrainingParameters;
import dev.tributary.security.Sha256;
import java.util.Optional;

/**
 * Everything that a device needs to know to take part in a round, and everything that it and the
 * coordinator must agree on.
 *
 * @param roundId the round
 * @param kind training or evaluation
 * @param protocol how the updates are summed
 * @param population whose devices take part
 * @param modelDigest the model to start from, or to evaluate
 * @param modelBytes length of its file, 1..{@value #MAXIMUM_MODEL_BYTES}
 * @param modelSpecJson its specification, at most {@value #MAXIMUM_SPEC_LENGTH} characters of JSON
 * @param quantization how an update becomes integers; of at most 16 bits when {@code kind} is
 *     {@code TRAINING}
 * @param training how to train; present exactly when {@code kind} is {@code TRAINING}
 * @param targetCount how many updates the round aims at, {@code
 *     minimumCount..quantization.maxDevices()}
 * @param minimumCount with fewer updates than this nothing is revealed and the round is abandoned,
 *     at least 1
 * @param reportingDeadlineMillis how long the round takes uploads from the moment of this answer,
 *     0..{@value CheckInAnswer#MAXIMUM_MILLIS}; differs from answer to answer, so that it is not
 *     part of {@link #digest}
 * @param secureAggregation what the protection of the updates rests on; present exactly when {@code
 *     protocol} is {@code SECAGG_PLUS}
 */
public record RoundManifest(
    RoundId roundId,
    RoundKind kind,
    ProtocolKind protocol,
    PopulationName population,
    ModelDigest modelDigest,
    long modelBytes,
    String modelSpecJson,
    QuantizationParameters quantization,
    Optional<TrainingParameters> training,
    int targetCount,
    int minimumCount,
    long reportingDeadlineMillis,
    Optional<SecureAggregationParameters> secureAggregation) {

  /** The largest encoding. */
  public static final int MAXIMUM_BYTES = 68 * 1024;

  /** The largest model file: 1 TiB. */
  public static final long MAXIMUM_MODEL_BYTES = 1L << 40;

  /** The longest specification, in characters, all of them ASCII. */
  public static final int MAXIMUM_SPEC_LENGTH = 64 * 1024;

  /**
   * A manifest.
   *
   * @throws dev.tributary.aggregation.protocol.InvalidFieldException when a field is out of range
   *     or two contradict each other
   */
  public RoundManifest {
    FieldRules.inRange("model_bytes", modelBytes, 1, MAXIMUM_MODEL_BYTES);
    FieldRules.ascii("model_spec_json", modelSpecJson, 2, MAXIMUM_SPEC_LENGTH);
    FieldRules.agree(
        training.isPresent() == (kind == RoundKind.TRAINING),
        "training: expected for rounds of kind TRAINING and no others, got "
            + training.isPresent()
            + " for "
            + kind);
    FieldRules.agree(
        kind != RoundKind.TRAINING || quantization.bits() <= QuantizationParameters.MAX_UPDATE_BITS,
        "bits: expected at most "
            + QuantizationParameters.MAX_UPDATE_BITS
            + " in rounds of kind TRAINING, got "
            + quantization.bits());
    FieldRules.inRange("minimum_count", minimumCount, 1, Integer.MAX_VALUE);
    FieldRules.inRange("target_count", targetCount, minimumCount, quantization.maxDevices());
    FieldRules.inRange(
        "reporting_deadline_millis", reportingDeadlineMillis, 0, CheckInAnswer.MAXIMUM_MILLIS);
    FieldRules.agree(
        secureAggregation.isPresent() == (protocol == ProtocolKind.SECAGG_PLUS),
        "secure_aggregation: expected for rounds of protocol SECAGG_PLUS and no others, got "
            + secureAggregation.isPresent()
            + " for "
            + protocol);
  }

  /**
   * The manifest of a round without secure aggregation.
   *
   * @throws dev.tributary.aggregation.protocol.InvalidFieldException when a field is out of range
   *     or two contradict each other
   */
  public RoundManifest(
      RoundId roundId,
      RoundKind kind,
      ProtocolKind protocol,
      PopulationName population,
      ModelDigest modelDigest,
      long modelBytes,
      String modelSpecJson,
      QuantizationParameters quantization,
      Optional<TrainingParameters> training,
      int targetCount,
      int minimumCount,
      long reportingDeadlineMillis) {
    this(
        roundId,
        kind,
        protocol,
        population,
        modelDigest,
        modelBytes,
        modelSpecJson,
        quantization,
        training,
        targetCount,
        minimumCount,
        reportingDeadlineMillis,
        Optional.empty());
  }

  /**
   * Decodes a manifest.
   *
   * @throws RejectedException when {@code bytes} are not a valid one
   */
  public static RoundManifest decode(byte[] bytes) throws RejectedException {
    return RoundManifestCodec.decode(bytes);
  }

  /** The encoding. */
  public byte[] encode() {
    return RoundManifestCodec.toWire(this).build().toByteArray();
  }

  /**
   * The name of what was agreed: SHA-256 of the encoding without {@code reporting_deadline_millis},
   * its fields in the order of their numbers.
   *
   * @return byte[32]
   */
  public byte[] digest() {
    return Sha256.of(
        RoundManifestCodec.toWire(this).clearReportingDeadlineMillis().build().toByteArray());
  }

  /**
   * Exact length of an upload: {@code ceil(quantization.vectorLength() * quantization.ringBits() /
   * 8)} bytes.
   */
  public long uploadBytes() {
    return quantization.packedBytes();
  }
}
