/**
 * What a run has before its first round: data divided over devices, their randomness, cohorts, and
 * seats to compute on.
 *
 * <p>Must hold: all of it is a function of the scenario; the number of seats never shows in a
 * result.
 */
@NullMarked
package dev.tributary.simulations.world.setup;

import org.jspecify.annotations.NullMarked;
