/**
 * The simulated clock and network around real devices and a real coordinator. Enters: a seed and a
 * scenario; leaves: a run that repeats exactly.
 *
 * <p>Must hold: nothing in it reads the wall clock.
 */
@NullMarked
package dev.tributary.simulations.world;

import org.jspecify.annotations.NullMarked;
