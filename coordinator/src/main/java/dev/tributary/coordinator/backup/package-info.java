/**
 * Copies of a coordinator's state from which it can be started elsewhere or later. Enters: a state
 * folder, whether a coordinator runs on it or not; leaves: a folder that is one, too.
 *
 * <p>Must hold: every version that the copied database names has its file beside it; no round that
 * was open goes on from a copy.
 */
@NullMarked
package dev.tributary.coordinator.backup;

import org.jspecify.annotations.NullMarked;
