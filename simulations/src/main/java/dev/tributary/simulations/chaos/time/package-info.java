/**
 * Time and threads of a simulated world: one thing happens after the other, in an order that
 * follows from the seed. Enters: what is to happen, and when; leaves: the same, in order, with a
 * digest over it.
 *
 * <p>Must hold: at any moment one thread of a world runs.
 */
@NullMarked
package dev.tributary.simulations.chaos.time;

import org.jspecify.annotations.NullMarked;
