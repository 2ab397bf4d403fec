package dev.tributary.aggregation.secagg.device;

import dev.tributary.aggregation.protocol.OpaqueBytes;
import dev.tributary.aggregation.secagg.Authority;
import dev.tributary.security.identity.DeviceKeyPair;

/**
 * Who a device is in every session.
 *
 * @param keys its identity, with which it signs; not owned
 * @param certificate of its public key, by the authority
 * @param authority whom it trusts to vouch for others
 * @param floors what it asks of a session
 */
public record SessionDevice(
    DeviceKeyPair keys, OpaqueBytes certificate, Authority authority, DeviceFloors floors) {}
