/**
 * What devices report of the versions they run. Enters: health reports; leaves: sums over devices
 * and hours.
 *
 * <p>Must hold: each report counts once.
 */
@NullMarked
package dev.tributary.coordinator.publish.health;

import org.jspecify.annotations.NullMarked;
