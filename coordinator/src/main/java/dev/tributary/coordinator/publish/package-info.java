/**
 * From an opened sum to the result of its round. Enters: the sum and the model it started from;
 * leaves: the next model in a file named by its digest, or the metrics of the one evaluated.
 * Nothing is signed or compressed here.
 *
 * <p>Must hold: a file never changes once its digest is given out.
 */
@NullMarked
package dev.tributary.coordinator.publish;

import org.jspecify.annotations.NullMarked;
