package dev.tributary.client.policy;

import dev.tributary.aggregation.protocol.RoundId;
import java.time.Instant;

/**
 * A round to which this device contributed.
 *
 * @param round which one
 * @param at when the update left the device, by the device's clock
 */
public record Participation(RoundId round, Instant at) {

  /** How many a device remembers: bounds its session, and with it what privacy limits can count. */
  public static final int MAXIMUM_REMEMBERED = 4096;
}
