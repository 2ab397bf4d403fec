/**
 * Data sets and their partition over devices. Enters: rows from a {@code source}; leaves: the rows
 * of each device.
 *
 * <p>Must hold: a partition is a function of its data set and its seed, and places every training
 * row on exactly one device.
 */
@NullMarked
package dev.tributary.simulations.data;

import org.jspecify.annotations.NullMarked;
