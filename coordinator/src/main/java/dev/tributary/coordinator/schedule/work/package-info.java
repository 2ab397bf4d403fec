/**
 * What a round computes with. Enters: a task and the services of the process; leaves: manifests,
 * computations of sums, and what a result changes in the registry.
 *
 * <p>Must hold: a device is in one round at a time.
 */
@NullMarked
package dev.tributary.coordinator.schedule.work;

import org.jspecify.annotations.NullMarked;
