/**
 * Moments at which tests kill a coordinator. Enters: the name of a moment; leaves: nothing.
 *
 * <p>Must hold: in the product nothing happens here.
 */
@NullMarked
package dev.tributary.coordinator.fault;

import org.jspecify.annotations.NullMarked;
