/**
 * The messages of taking part: check-in, manifest, upload receipt, failure, result.
 *
 * <p>Enters: bytes or the parts of a message; leaves: a complete message whose parts agree with
 * each other.
 *
 * <p>Must hold: a manifest describes exactly one upload length, and its digest names everything
 * that both ends must agree on.
 */
@NullMarked
package dev.tributary.aggregation.protocol.round;

import org.jspecify.annotations.NullMarked;
