package dev.tributary.aggregation.protocol.secagg.unmask;

import dev.tributary.aggregation.protocol.OpaqueBytes;
import dev.tributary.aggregation.protocol.codec.WireBytes;
import dev.tributary.aggregation.protocol.secagg.SecAggRules;
import dev.tributary.aggregation.protocol.wire.Wire;
import dev.tributary.security.identity.DeviceSignature;

/**
 * The confirmation of one device, shown to the others with what makes up its leaf in the roster.
 *
 * @param index its place in the roster, below {@value SecAggRules#MAXIMUM_DEVICES}
 * @param certificate DER, 1..{@value SecAggRules#MAXIMUM_CERTIFICATE_BYTES} bytes
 * @param keysDigest SHA-256 of its channel key and mask key
 * @param signature as in its {@link SurvivorsConfirmed}; not verified here
 */
public record Confirmation(
    int index, OpaqueBytes certificate, OpaqueBytes keysDigest, DeviceSignature signature) {

  /**
   * A confirmation.
   *
   * @throws dev.tributary.aggregation.protocol.InvalidFieldException when a field is out of range
   */
  public Confirmation {
    SecAggRules.index("confirmations.index", index);
    SecAggRules.certificate("confirmations.certificate", certificate);
    SecAggRules.hash("confirmations.keys_digest", keysDigest);
  }

  Wire.Confirmation toWire() {
    return Wire.Confirmation.newBuilder()
        .setIndex(index)
        .setCertificate(WireBytes.toWire(certificate))
        .setKeysDigest(WireBytes.toWire(keysDigest))
        .setSignature(WireBytes.toWire(signature))
        .build();
  }

  static Confirmation fromWire(Wire.Confirmation wire) {
    return new Confirmation(
        wire.getIndex(),
        WireBytes.of(wire.getCertificate()),
        WireBytes.of(wire.getKeysDigest()),
        WireBytes.signature("confirmations.signature", wire.getSignature()));
  }
}
