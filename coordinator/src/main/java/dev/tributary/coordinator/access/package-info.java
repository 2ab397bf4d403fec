/**
 * Who may do what. Enters: credentials of operators and devices; leaves: a principal with roles, or
 * a refusal.
 *
 * <p>Must hold: every decision that changes something leaves an audit record.
 */
@NullMarked
package dev.tributary.coordinator.access;

import org.jspecify.annotations.NullMarked;
