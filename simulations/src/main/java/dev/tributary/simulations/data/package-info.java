/**
 * Data sets and their partition over devices. Enters: files checked by digest or a seed; leaves: training rows, test
 * rows and the rows of each device.
 *
 * <p>Must hold: a data set is a function of its files and its seed, a partition of its data set and its seed; every
 * training row lies on exactly one device; a file that is missing, cut short or of another kind is refused with its
 * path, what was expected and what was found.
 */
@NullMarked
package dev.tributary.simulations.data;

import org.jspecify.annotations.NullMarked;
