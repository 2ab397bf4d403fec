/**
 * Deterministic simulation: the coordinator and the SDK as they are, over simulated time, network,
 * disk and processes, all from a seed. Enters: seeds; leaves: what went wrong with them, and what
 * must hold and did not.
 *
 * <p>Must hold: a seed means the same world each time; a violation can be repeated from its seed.
 */
@NullMarked
package dev.tributary.simulations.chaos;

import org.jspecify.annotations.NullMarked;
