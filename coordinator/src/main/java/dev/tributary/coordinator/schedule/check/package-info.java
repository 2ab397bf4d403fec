/**
 * Questions with a yes or no. Enters: what a task asks, and a device or a version; leaves: what is
 * lacking.
 *
 * <p>Must hold: pure.
 */
@NullMarked
package dev.tributary.coordinator.schedule.check;

import org.jspecify.annotations.NullMarked;
