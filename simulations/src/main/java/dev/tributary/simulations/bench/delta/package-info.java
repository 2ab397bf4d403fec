/**
 * Deltas between the versions of a real run. Enters: a scenario, or versions kept from an earlier
 * run; leaves: how much smaller than the whole model the deltas are, and what that costs in time
 * and accuracy.
 *
 * <p>Must hold: every delta that is counted has been decoded and compared with the version that it
 * leads to.
 */
@NullMarked
package dev.tributary.simulations.bench.delta;

import org.jspecify.annotations.NullMarked;
