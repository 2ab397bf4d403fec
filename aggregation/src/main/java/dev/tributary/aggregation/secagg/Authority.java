package dev.tributary.aggregation.secagg;

import dev.tributary.aggregation.protocol.OpaqueBytes;
import dev.tributary.security.identity.DevicePublicKey;
import dev.tributary.security.identity.DeviceSignature;
import java.util.Optional;

/**
 * Who vouches for the devices of a population and signs its rosters. Whoever holds this authority's
 * key can invent devices: without one that the device's owner trusts, nothing here protects it from
 * a coordinator that makes up its neighbours. Safe for any thread.
 */
public interface Authority {

  /** The Ed25519 key that rosters are signed with. */
  DevicePublicKey rosterKey();

  /**
   * The key of the device that a certificate names; empty when this authority did not issue it, or
   * does not stand by it now.
   *
   * @param certificate X.509, DER
   */
  Optional<DevicePublicKey> certifiedKey(OpaqueBytes certificate);

  /**
   * Whether {@code signature} was made by {@code key} over exactly {@code message}. An authority
   * may remember what it found good before.
   */
  default boolean verifies(DevicePublicKey key, byte[] message, DeviceSignature signature) {
    return key.verifies(message, signature);
  }
}
