/**
 * Masks applied to lanes. Enters: keys with their signs, and an array of lanes; leaves: the same
 * array with the keystream of every key added or subtracted.
 *
 * <p>Must hold: the result is a function of keys, signs and lanes alone, not of threads or block
 * sizes, and no key is kept.
 */
@NullMarked
package dev.tributary.aggregation.mask.keystream;

import org.jspecify.annotations.NullMarked;
