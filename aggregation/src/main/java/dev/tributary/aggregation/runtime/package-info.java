/**
 * Trains, evaluates and predicts. Enters: flat weights, samples, a seed and a training plan;
 * leaves: flat weights and metrics.
 *
 * <p>Must hold: the same inputs give the same bits, whichever thread computes them.
 */
@NullMarked
package dev.tributary.aggregation.runtime;

import org.jspecify.annotations.NullMarked;
