/**
 * Loops over large vectors. Enters: arrays owned by the caller; leaves: the same arrays, changed in
 * place, or a reduction.
 *
 * <p>Must hold: each kernel has a scalar twin that it agrees with, and results do not depend on the
 * number of threads.
 */
@NullMarked
package dev.tributary.aggregation.kernels;

import org.jspecify.annotations.NullMarked;
