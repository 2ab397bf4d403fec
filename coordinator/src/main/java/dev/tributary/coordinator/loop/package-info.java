/**
 * Where work of the servers runs. Enters: work of an event loop, and work that may block; leaves:
 * the same on the right thread.
 *
 * <p>Must hold: nothing that blocks runs on an event loop; who asked on a loop hears the answer
 * there.
 */
@NullMarked
package dev.tributary.coordinator.loop;

import org.jspecify.annotations.NullMarked;
