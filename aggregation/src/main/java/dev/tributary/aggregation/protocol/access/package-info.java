/**
 * The messages by which a device becomes known and gets a session: enrol, challenge, session.
 *
 * <p>Enters: bytes or the parts of a message; leaves: a complete message. Signed messages are made
 * and checked here, so that both ends sign and verify the same bytes.
 *
 * <p>Must hold: nothing here shows a token in its text form but its encoding.
 */
@NullMarked
package dev.tributary.aggregation.protocol.access;

import org.jspecify.annotations.NullMarked;
