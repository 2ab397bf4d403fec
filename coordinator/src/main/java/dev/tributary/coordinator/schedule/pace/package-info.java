/**
 * When devices come back. Enters: how many devices there are, how many rounds need and the time;
 * leaves: windows from which each device draws.
 *
 * <p>Must hold: pure; the draw is the device's, so that no two answers depend on each other.
 */
@NullMarked
package dev.tributary.coordinator.schedule.pace;

import org.jspecify.annotations.NullMarked;
