/**
 * The scheduler at work. Enters: requests of devices and operators; leaves: places in rounds,
 * rounds opened and ended, answers.
 *
 * <p>Must hold: each task is touched by its own lane only; a device is in one round at a time;
 * nothing blocks an event loop.
 */
@NullMarked
package dev.tributary.coordinator.schedule.run;

import org.jspecify.annotations.NullMarked;
