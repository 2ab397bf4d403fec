/**
 * Between real numbers and integers that can be summed. Enters: a clipped update; leaves: integers
 * in a declared range. The way back from their sum begins in {@code optimize}, with the same
 * parameters.
 *
 * <p>Must hold: rounding is unbiased and a sum over the whole cohort cannot overflow its modulus.
 */
@NullMarked
package dev.tributary.aggregation.quantize;

import org.jspecify.annotations.NullMarked;
