/**
 * The wire protocol. Enters: protobuf messages from the other end; leaves: validated records of the domain, or a
 * reason for rejection.
 *
 * <p>Must hold: what is decoded here is complete and in range; generated classes go no further.
 */
@NullMarked
package dev.tributary.aggregation.protocol;

import org.jspecify.annotations.NullMarked;
