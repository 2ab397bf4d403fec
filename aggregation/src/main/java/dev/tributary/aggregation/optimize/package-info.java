/**
 * From the sum of a round to the next model. Enters: the sum and a model state; leaves: the mean
 * update, and the next model state.
 *
 * <p>Must hold: a step is a pure function of its arguments, so that a round can be replayed.
 */
@NullMarked
package dev.tributary.aggregation.optimize;

import org.jspecify.annotations.NullMarked;
