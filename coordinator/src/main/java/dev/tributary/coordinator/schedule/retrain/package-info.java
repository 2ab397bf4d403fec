/**
 * From a finished task to its next run and from there to devices: what {@code docs/tasks.md} calls
 * retraining. In come a task's rule, the evaluations of its newest version and the time; out go
 * orders to the two desks that tasks and channels have anyway.
 */
@NullMarked
package dev.tributary.coordinator.schedule.retrain;

import org.jspecify.annotations.NullMarked;
