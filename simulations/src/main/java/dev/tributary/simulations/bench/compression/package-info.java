/**
 * What compression of a trained model costs and gains. Enters: a data set and a recipe; leaves: an
 * artifact of every kind of a network of the scenarios, measured.
 *
 * <p>Must hold: accuracy is measured on rows that nothing was trained on.
 */
@NullMarked
package dev.tributary.simulations.bench.compression;

import org.jspecify.annotations.NullMarked;
