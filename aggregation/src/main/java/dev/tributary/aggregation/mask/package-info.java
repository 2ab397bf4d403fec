/**
 * Masking, summing and unmasking. Enters: a quantised update and masks derived from seeds; leaves:
 * a masked update, and for the whole cohort the bare sum.
 *
 * <p>Must hold: a single update is never visible to whoever sums.
 */
@NullMarked
package dev.tributary.aggregation.mask;

import org.jspecify.annotations.NullMarked;
