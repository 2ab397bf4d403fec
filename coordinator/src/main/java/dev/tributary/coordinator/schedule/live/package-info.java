/**
 * One round being run. Enters: requests of devices and alarms, on the lane of the round's task;
 * leaves: journaled events, effects carried out, answers.
 *
 * <p>Must hold: nothing is answered that is not on disk; what is in the sum is exactly what the
 * journal says is in it.
 */
@NullMarked
package dev.tributary.coordinator.schedule.live;

import org.jspecify.annotations.NullMarked;
