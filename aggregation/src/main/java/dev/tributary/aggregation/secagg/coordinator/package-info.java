/**
 * The coordinator's half of a session. Enters: messages of devices, each checked before it counts;
 * leaves: messages for devices, and at the end the masks to take off the sum, or the names of those
 * whose shares are missing or false.
 *
 * <p>Must hold: of each device one kind of share is ever taken, the one that belongs to the frozen
 * survivors; below the threshold nothing is opened; memory is that of keys and shares, whatever the
 * size of the model.
 */
@NullMarked
package dev.tributary.aggregation.secagg.coordinator;

import org.jspecify.annotations.NullMarked;
