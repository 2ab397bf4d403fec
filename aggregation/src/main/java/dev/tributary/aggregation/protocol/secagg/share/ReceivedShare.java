package dev.tributary.aggregation.protocol.secagg.share;

import dev.tributary.aggregation.protocol.secagg.SecAggRules;
import dev.tributary.aggregation.protocol.wire.Wire;

/**
 * Shares that came from a neighbour.
 *
 * @param sender whom they are from: its place in the roster, below {@value
 *     SecAggRules#MAXIMUM_DEVICES}
 * @param envelope the shares
 */
public record ReceivedShare(int sender, ShareEnvelope envelope) {

  /**
   * Shares.
   *
   * @throws dev.tributary.aggregation.protocol.InvalidFieldException when the index is out of range
   */
  public ReceivedShare {
    SecAggRules.index("shares.index", sender);
  }

  Wire.SealedShare toWire() {
    return envelope.toWire(sender);
  }

  static ReceivedShare fromWire(Wire.SealedShare wire) {
    return new ReceivedShare(wire.getIndex(), ShareEnvelope.fromWire(wire));
  }
}
