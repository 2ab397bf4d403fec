/**
 * The signed metadata that devices believe, in a folder. Enters: the files that there are to be,
 * and roots that were signed elsewhere; leaves: metadata files for devices.
 *
 * <p>Must hold: a timestamp is on disk only after all that it leads to; versions only rise, also
 * over a crash.
 */
@NullMarked
package dev.tributary.coordinator.publish.metadata;

import org.jspecify.annotations.NullMarked;
