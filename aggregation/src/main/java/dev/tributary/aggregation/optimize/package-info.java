/**
 * Server optimisers. Enters: a model state and the mean update of a round; leaves: the next model state.
 *
 * <p>Must hold: a step is a pure function of its arguments, so that a round can be replayed.
 */
@NullMarked
package dev.tributary.aggregation.optimize;

import org.jspecify.annotations.NullMarked;
