/**
 * Events of rounds as text. Enters: an event; leaves: a line of JSON, and back.
 *
 * <p>Must hold: journals outlive programs, so what was written once is read for ever.
 */
@NullMarked
package dev.tributary.coordinator.round.journal;

import org.jspecify.annotations.NullMarked;
