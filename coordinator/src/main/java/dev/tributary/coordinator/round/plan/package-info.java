/**
 * What is fixed about a round: before any device is in it, and when its cohort is. Enters: numbers
 * of a task; leaves: a plan, and which devices have a sum of their own.
 *
 * <p>Must hold: immutable, and pure like the machine that goes by it.
 */
@NullMarked
package dev.tributary.coordinator.round.plan;

import org.jspecify.annotations.NullMarked;
