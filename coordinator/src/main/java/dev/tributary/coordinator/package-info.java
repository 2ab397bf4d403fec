/**
 * Assembles and runs a coordinator from its configuration. Enters: configuration; leaves: servers
 * that run until they are closed.
 *
 * <p>Must hold: what was opened is closed in reverse order.
 */
@NullMarked
package dev.tributary.coordinator;

import org.jspecify.annotations.NullMarked;
