/**
 * Handwriting-like digits, drawn from a seed. Enters: how many glyphs of which size, and a seed;
 * leaves: images and labels, writer by writer.
 *
 * <p>Must hold: an image is a function of the seed, the writer and its number, on every machine.
 */
@NullMarked
package dev.tributary.simulations.data.strokes;

import org.jspecify.annotations.NullMarked;
