/**
 * The state machine of a round. Enters: a state and an event that carries its time; leaves: a
 * transition with its effects and reason.
 *
 * <p>Must hold: no clock, no I/O and no randomness in here.
 */
@NullMarked
package dev.tributary.coordinator.round;

import org.jspecify.annotations.NullMarked;
