package dev.tributary.aggregation.protocol.secagg.roster;

import dev.tributary.aggregation.protocol.codec.WireBytes;
import dev.tributary.aggregation.protocol.secagg.SecAggRules;
import dev.tributary.aggregation.protocol.wire.Wire;

/**
 * A device in the roster.
 *
 * @param index its place, below {@value SecAggRules#MAXIMUM_DEVICES}
 * @param keys what it advertised
 */
public record RosterEntry(int index, KeyAdvertisement keys) {

  /**
   * An entry.
   *
   * @throws dev.tributary.aggregation.protocol.InvalidFieldException when the index is out of range
   */
  public RosterEntry {
    SecAggRules.index("index", index);
  }

  Wire.RosterEntry toWire() {
    return Wire.RosterEntry.newBuilder()
        .setIndex(index)
        .setCertificate(WireBytes.toWire(keys.certificate()))
        .setChannelKey(WireBytes.toWire(keys.channelKey()))
        .setMaskKey(WireBytes.toWire(keys.maskKey()))
        .setSignature(WireBytes.toWire(keys.signature()))
        .build();
  }

  static RosterEntry fromWire(Wire.RosterEntry wire) {
    return new RosterEntry(
        wire.getIndex(),
        new KeyAdvertisement(
            WireBytes.of(wire.getCertificate()),
            WireBytes.of(wire.getChannelKey()),
            WireBytes.of(wire.getMaskKey()),
            WireBytes.signature("neighbours.signature", wire.getSignature())));
  }
}
