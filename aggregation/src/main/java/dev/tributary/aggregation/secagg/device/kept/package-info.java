/**
 * What a device keeps of a session from one step to the next, and how a step is written for that.
 * Enters: what the steps have checked; leaves: bytes that hold their secrets, and the same again
 * from those bytes. For the steps only.
 *
 * <p>Must hold: nothing here decides; no step of another session, or half of one, is read; what
 * secrets were written to is overwritten.
 */
@NullMarked
package dev.tributary.aggregation.secagg.device.kept;

import org.jspecify.annotations.NullMarked;
