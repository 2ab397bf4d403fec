/**
 * Benchmarks. Enters: a choice of benchmark and its size; leaves: figures beside the bound they are
 * compared with.
 *
 * <p>Must hold: a figure is measured, on this machine, in this run.
 */
@NullMarked
package dev.tributary.simulations.bench;

import org.jspecify.annotations.NullMarked;
