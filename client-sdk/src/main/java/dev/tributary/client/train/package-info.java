/**
 * Local training. Enters: the global model and local samples; leaves: a local update.
 *
 * <p>Must hold: the plan of the round is followed exactly, or the device drops out.
 */
@NullMarked
package dev.tributary.client.train;

import org.jspecify.annotations.NullMarked;
