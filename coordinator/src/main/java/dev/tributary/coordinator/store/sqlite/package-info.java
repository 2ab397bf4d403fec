/**
 * The state in one SQLite file. Enters: pieces of SQL; leaves: their results, once they are on
 * disk.
 *
 * <p>Must hold: one process owns a state folder; after a failed fsync nothing is written any more.
 */
@NullMarked
package dev.tributary.coordinator.store.sqlite;

import org.jspecify.annotations.NullMarked;
