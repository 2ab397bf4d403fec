/**
 * Models and sessions kept on the device. Enters: verified artifacts and sealed states; leaves: the
 * newest complete one.
 *
 * <p>Must hold: a crash at any instant leaves either the old or the new, never a mixture.
 */
@NullMarked
package dev.tributary.client.store;

import org.jspecify.annotations.NullMarked;
