/**
 * The two HTTP surfaces: devices and operators. Enters: requests; leaves: responses, each accepted,
 * rejected with a reason, or discarded.
 *
 * <p>Must hold: nothing here blocks an event loop or decides about a round.
 */
@NullMarked
package dev.tributary.coordinator.http;

import org.jspecify.annotations.NullMarked;
