/**
 * The last steps of secure aggregation: who is in the sum, that all devices were told the same, and
 * the shares that open the sum.
 *
 * <p>Enters: bytes or the parts of a message; leaves: a complete message. Must hold: a device is
 * either in the sum or not, and is named once with one kind of share.
 */
@NullMarked
package dev.tributary.aggregation.protocol.secagg.unmask;

import org.jspecify.annotations.NullMarked;
