/**
 * Between real numbers and integers that can be summed. Enters: a clipped update; leaves: integers in a declared
 * range, and back.
 *
 * <p>Must hold: rounding is unbiased and a sum over the whole cohort cannot overflow its modulus.
 */
@NullMarked
package dev.tributary.aggregation.quantize;

import org.jspecify.annotations.NullMarked;
