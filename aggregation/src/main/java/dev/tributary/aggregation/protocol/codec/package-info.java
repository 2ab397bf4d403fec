/**
 * Strict decoding. Enters: bytes from the other end; leaves: a message of which every field is
 * known, present and given once, or a {@link dev.tributary.aggregation.protocol.RejectedException}
 * with the reason of its own for the fault.
 *
 * <p>Must hold: no other exception, whatever the bytes; no work beyond the limit of the message's
 * kind.
 */
@NullMarked
package dev.tributary.aggregation.protocol.codec;

import org.jspecify.annotations.NullMarked;
