/**
 * How a new model reaches the devices of a channel: a few first, more when what they report allows
 * it. Enters: a plan, and what devices reported of the new version and of the one before; leaves:
 * whether to widen, to wait or to go back, and why.
 *
 * <p>Must hold: nothing here reads a clock or draws a random number; data that is missing never
 * counts in favour of a version.
 */
@NullMarked
package dev.tributary.coordinator.publish.rollout;

import org.jspecify.annotations.NullMarked;
