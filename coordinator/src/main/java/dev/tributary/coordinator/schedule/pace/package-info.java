/**
 * When devices come back. Enters: how many devices there are and at which hours they come, how many
 * rounds need, and the time; leaves: windows from which each device draws.
 *
 * <p>Must hold: pure; the draw is the device's, so that no two answers depend on each other.
 */
@NullMarked
package dev.tributary.coordinator.schedule.pace;

import org.jspecify.annotations.NullMarked;
