/**
 * Uploads on their way in. Enters: byte streams of devices; leaves: verified uploads, added into
 * partial sums.
 *
 * <p>Must hold: an upload counts at most once, and an acknowledged one survives a crash.
 */
@NullMarked
package dev.tributary.coordinator.intake;

import org.jspecify.annotations.NullMarked;
