/**
 * What the messages of secure aggregation share: the parameters in the manifest and the rules of
 * single fields. The messages are, in the order of the steps, in {@code roster} (who takes part,
 * with which keys), {@code share} (secrets in parts, sealed to neighbours) and {@code unmask} (who
 * is in the sum, and the parts that open it).
 *
 * <p>Enters: bytes or the parts of a message; leaves: a complete message whose parts have their
 * sizes and order. Whether a signature, a proof or a share holds is the business of who uses it.
 *
 * <p>Must hold: lists are ascending by index, so that nobody is in one twice; nothing is longer
 * than the limits say.
 */
@NullMarked
package dev.tributary.aggregation.protocol.secagg;

import org.jspecify.annotations.NullMarked;
