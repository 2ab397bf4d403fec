/**
 * The first step of secure aggregation: devices advertise keys, the coordinator answers with the
 * neighbours' keys and a proof that they are in the signed roster.
 *
 * <p>Enters: bytes or the parts of a message; leaves: a complete message. Must hold: both keys of a
 * device are of one suite, every index is one of the roster.
 */
@NullMarked
package dev.tributary.aggregation.protocol.secagg.roster;

import org.jspecify.annotations.NullMarked;
