package dev.tributary.aggregation.protocol.secagg.unmask;

import dev.tributary.aggregation.protocol.codec.WireEnums;
import dev.tributary.aggregation.protocol.wire.Wire;

/** Which of the two secrets of a device a share belongs to. Nobody may ever get both. */
public enum ShareKind {
  /** The seed of the self mask: of a device that is in the sum. */
  SELF(Wire.ShareKind.SHARE_KIND_SELF),
  /** The seed of the mask key: of a device that dropped out. */
  MASK(Wire.ShareKind.SHARE_KIND_MASK);

  private final Wire.ShareKind wire;

  ShareKind(Wire.ShareKind wire) {
    this.wire = wire;
  }

  Wire.ShareKind toWire() {
    return wire;
  }

  static ShareKind fromWire(Wire.ShareKind wire) {
    return WireEnums.find(values(), ShareKind::toWire, wire);
  }
}
