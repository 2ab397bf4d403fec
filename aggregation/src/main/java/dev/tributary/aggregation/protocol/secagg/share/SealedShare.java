package dev.tributary.aggregation.protocol.secagg.share;

import dev.tributary.aggregation.protocol.codec.WireBytes;
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
    return Wire.SealedShare.newBuilder()
        .setIndex(recipient)
        .setBox(WireBytes.toWire(envelope.box()))
        .setChannelEncapsulation(WireBytes.toWire(envelope.channelEncapsulation()))
        .setMaskEncapsulation(WireBytes.toWire(envelope.maskEncapsulation()))
        .setSelfShareHash(WireBytes.toWire(envelope.selfShareHash()))
        .setMaskShareHash(WireBytes.toWire(envelope.maskShareHash()))
        .build();
  }

  static SealedShare fromWire(Wire.SealedShare wire) {
    return new SealedShare(
        wire.getIndex(),
        new ShareEnvelope(
            WireBytes.of(wire.getBox()),
            WireBytes.of(wire.getChannelEncapsulation()),
            WireBytes.of(wire.getMaskEncapsulation()),
            WireBytes.of(wire.getSelfShareHash()),
            WireBytes.of(wire.getMaskShareHash())));
  }
}
