/**
 * The benchmark of secure aggregation. Enters: how many devices, lanes and drop-outs; leaves: what
 * a session of them costs each side, beside the physical bound of the same run.
 *
 * <p>Must hold: what is timed is the protocol's own code on both sides, and the sum that comes out
 * is exact.
 */
@NullMarked
package dev.tributary.simulations.bench.secagg;

import org.jspecify.annotations.NullMarked;
