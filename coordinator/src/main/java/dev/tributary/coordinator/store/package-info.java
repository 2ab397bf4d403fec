/**
 * Persistence. Enters: events, tasks, devices and ledgers; leaves: the same after a crash.
 *
 * <p>Must hold: what was acknowledged is durable; the calls block and never run on an event loop.
 */
@NullMarked
package dev.tributary.coordinator.store;

import org.jspecify.annotations.NullMarked;
