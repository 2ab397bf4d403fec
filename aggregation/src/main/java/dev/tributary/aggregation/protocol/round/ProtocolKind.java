package dev.tributary.aggregation.protocol.round;

import dev.tributary.aggregation.protocol.wire.Wire;

/** How the updates of a round are summed. */
public enum ProtocolKind {
  /** Without masks: the coordinator could look at a single update, and is trusted not to. */
  PLAIN(Wire.ProtocolKind.PROTOCOL_KIND_PLAIN);

  private final Wire.ProtocolKind wire;

  ProtocolKind(Wire.ProtocolKind wire) {
    this.wire = wire;
  }

  Wire.ProtocolKind toWire() {
    return wire;
  }

  static ProtocolKind fromWire(Wire.ProtocolKind wire) {
    return WireEnums.find(values(), ProtocolKind::toWire, wire);
  }
}
