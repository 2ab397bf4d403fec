/**
 * Model versions and where they came from. Enters: published artifacts; leaves: versions by name,
 * channel and lineage.
 *
 * <p>Must hold: every version can be traced to its rounds.
 */
@NullMarked
package dev.tributary.coordinator.registry;

import org.jspecify.annotations.NullMarked;
