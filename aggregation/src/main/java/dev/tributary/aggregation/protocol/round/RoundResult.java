package dev.tributary.aggregation.protocol.round;

import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.aggregation.protocol.FieldRules;
import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.aggregation.protocol.VersionRange;
import dev.tributary.aggregation.protocol.codec.StrictDecoder;
import dev.tributary.aggregation.protocol.wire.Wire;
import java.util.Optional;

/**
 * What became of a round.
 *
 * @param roundId the round
 * @param state where it is
 * @param modelDigest the version that it made, or evaluated; present exactly when {@code state} is
 *     {@code PUBLISHED}
 * @param detail why it is so, at most {@value #MAXIMUM_DETAIL_LENGTH} characters without control
 *     characters; may be empty
 */
public record RoundResult(
    RoundId roundId, RoundOutcome state, Optional<ModelDigest> modelDigest, String detail) {

  /** The largest encoding. */
  public static final int MAXIMUM_BYTES = 3 * 1024;

  /** The longest detail, in characters. */
  public static final int MAXIMUM_DETAIL_LENGTH = 512;

  private static final StrictDecoder<Wire.RoundResult> DECODER =
      new StrictDecoder<>(
          "round result", Wire.RoundResult.getDefaultInstance(), MAXIMUM_BYTES, "model_digest");

  /**
   * A result.
   *
   * @throws dev.tributary.aggregation.protocol.InvalidFieldException when the digest does not fit
   *     the state, or the detail is too long or not plain text
   */
  public RoundResult {
    FieldRules.agree(
        modelDigest.isPresent() == (state == RoundOutcome.PUBLISHED),
        "model_digest: expected in state PUBLISHED and no other, got "
            + modelDigest.isPresent()
            + " in "
            + state);
    FieldRules.text("detail", detail, 0, MAXIMUM_DETAIL_LENGTH);
  }

  /** A round without a result, with whatever text there is: made plain, and cut when too long. */
  public static RoundResult without(RoundId roundId, RoundOutcome state, String anyText) {
    return new RoundResult(
        roundId, state, Optional.empty(), FieldRules.plain(anyText, MAXIMUM_DETAIL_LENGTH));
  }

  /** A round that led to {@code model}. */
  public static RoundResult published(RoundId roundId, ModelDigest model) {
    return new RoundResult(roundId, RoundOutcome.PUBLISHED, Optional.of(model), "");
  }

  /**
   * Decodes a result.
   *
   * @throws RejectedException when {@code bytes} are not a valid one
   */
  public static RoundResult decode(byte[] bytes) throws RejectedException {
    return DECODER.decode(bytes, RoundResult::fromWire);
  }

  /** The encoding. */
  public byte[] encode() {
    Wire.RoundResult.Builder wire =
        Wire.RoundResult.newBuilder()
            .setVersion(VersionRange.CURRENT)
            .setRoundId(roundId.toString())
            .setState(state.toWire())
            .setDetail(detail);
    modelDigest.ifPresent(digest -> wire.setModelDigest(digest.toString()));
    return wire.build().toByteArray();
  }

  private static RoundResult fromWire(Wire.RoundResult wire) {
    Optional<ModelDigest> digest =
        wire.hasModelDigest()
            ? Optional.of(
                FieldRules.build(
                    "model_digest",
                    RejectReason.FIELD_WRONG_FORM,
                    () -> new ModelDigest(wire.getModelDigest())))
            : Optional.empty();
    return new RoundResult(
        RoundId.of(wire.getRoundId()),
        RoundOutcome.fromWire(wire.getState()),
        digest,
        wire.getDetail());
  }
}
