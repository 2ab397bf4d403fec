package dev.tributary.aggregation.secagg.device.kept;

import dev.tributary.aggregation.protocol.OpaqueBytes;
import dev.tributary.security.identity.DevicePublicKey;

/**
 * A neighbour whose keys were checked.
 *
 * @param index its place in the roster
 * @param identity its certified key
 * @param channelKey seals shares to it
 * @param maskKey agrees on masks with it
 */
public record Neighbour(
    int index, DevicePublicKey identity, OpaqueBytes channelKey, OpaqueBytes maskKey) {

  void write(StepWriter out) {
    out.number(index)
        .bytes(OpaqueBytes.of(identity.toByteArray()))
        .bytes(channelKey)
        .bytes(maskKey);
  }

  static Neighbour read(StepReader in) {
    return new Neighbour(
        in.number(), DevicePublicKey.of(in.bytes().toByteArray()), in.bytes(), in.bytes());
  }
}
