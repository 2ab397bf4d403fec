/**
 * Who is let in. Enters: credentials of operators and devices; leaves: a device's name, or passage
 * for an operator, or a refusal. There are no roles: every admin token may do everything.
 *
 * <p>Must hold: no token is kept in the clear; a name is given only to whoever holds its key.
 */
@NullMarked
package dev.tributary.coordinator.access;

import org.jspecify.annotations.NullMarked;
