/**
 * Where rows come from. Enters: a directory, a file or a seed; leaves: a data set.
 *
 * <p>Must hold: a file that is missing, cut short or of another kind is refused with its path, what
 * was expected and what was found.
 */
@NullMarked
package dev.tributary.simulations.data.source;

import org.jspecify.annotations.NullMarked;
