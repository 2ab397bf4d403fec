/**
 * Whole numbers as bytes. Enters: numbers and how large they are expected to be; leaves: coded
 * decisions and raw bits, and from them the numbers.
 *
 * <p>Must hold: encoder and decoder ask the same questions in the same order, because one model
 * asks them; a decoder answers whatever it is given and says at the end whether it was exact.
 */
@NullMarked
package dev.tributary.aggregation.compress.delta.coding;

import org.jspecify.annotations.NullMarked;
