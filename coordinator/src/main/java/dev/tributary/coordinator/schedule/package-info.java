/**
 * Which rounds run when, and with which devices. Enters: tasks, presence and the time; leaves:
 * plans of rounds and cohorts.
 *
 * <p>Must hold: one owner per round, fenced by an epoch.
 */
@NullMarked
package dev.tributary.coordinator.schedule;

import org.jspecify.annotations.NullMarked;
