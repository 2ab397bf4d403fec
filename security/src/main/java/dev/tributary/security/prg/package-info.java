/**
 * Pseudorandom generators. Enters: a seed; leaves: the same stream of words on every machine.
 *
 * <p>Must hold: a stream is a function of its seed and suite alone, and no seed is used for two
 * purposes.
 */
@NullMarked
package dev.tributary.security.prg;

import org.jspecify.annotations.NullMarked;
