package dev.tributary.aggregation.protocol.secagg.share;

import dev.tributary.aggregation.protocol.secagg.SecAggRules;
import dev.tributary.aggregation.protocol.wire.Wire;

/**
 * Shares on their way to a neighbour.
 *
 * @param recipient whom they are for: its place in the roster, below {@value
 *     SecAggRules#MAXIMUM_DEVICES}
 * @param envelope the shares
 */
public record SealedShare(int recipient, ShareEnvelope envelope) {

  /**
   * Shares.
   *
   * @throws dev.tributary.aggregation.protocol.InvalidFieldException when the index is out of range
   */
  public SealedShare {
    SecAggRules.index("shares.index", recipient);
  }

  Wire.SealedShare toWire() {
    return envelope.toWire(recipient);
  }

  static SealedShare fromWire(Wire.SealedShare wire) {
    return new SealedShare(wire.getIndex(), ShareEnvelope.fromWire(wire));
  }
}
