/**
 * The second step of secure aggregation: a device deals its secrets in parts, sealed to its
 * neighbours, and gets the parts that they dealt to it.
 *
 * <p>Enters: bytes or the parts of a message; leaves: a complete message. Must hold: the
 * coordinator passes an envelope on as it came, signature included.
 */
@NullMarked
package dev.tributary.aggregation.protocol.secagg.share;

import org.jspecify.annotations.NullMarked;
