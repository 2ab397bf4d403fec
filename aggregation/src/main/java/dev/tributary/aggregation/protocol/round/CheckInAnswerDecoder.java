package dev.tributary.aggregation.protocol.round;

import dev.tributary.aggregation.protocol.InvalidFieldException;
import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.aggregation.protocol.codec.StrictDecoder;
import dev.tributary.aggregation.protocol.wire.Wire;

/**
 * Decodes the one message that is a choice; apart from {@link CheckInAnswer} because an interface
 * hides nothing.
 */
final class CheckInAnswerDecoder {

  private static final StrictDecoder<Wire.CheckInAnswer> DECODER =
      new StrictDecoder<>(
          "check-in answer", Wire.CheckInAnswer.getDefaultInstance(), CheckInAnswer.MAXIMUM_BYTES);

  private CheckInAnswerDecoder() {}

  static CheckInAnswer decode(byte[] bytes) throws RejectedException {
    return DECODER.decode(bytes, CheckInAnswerDecoder::fromWire);
  }

  private static CheckInAnswer fromWire(Wire.CheckInAnswer wire) {
    return switch (wire.getAnswerCase()) {
      case ASSIGNED ->
          new CheckInAnswer.Assigned(
              RoundId.of(wire.getAssigned().getRoundId()), wire.getAssigned().getExpiresInMillis());
      case COME_BACK ->
          new CheckInAnswer.ComeBack(
              wire.getComeBack().getMinDelayMillis(),
              wire.getComeBack().getMaxDelayMillis(),
              wire.getComeBack().getReasonCode());
      case ANSWER_NOT_SET ->
          throw new InvalidFieldException(
              RejectReason.MISSING_FIELD, "answer: expected assigned or come_back, got neither");
    };
  }
}
