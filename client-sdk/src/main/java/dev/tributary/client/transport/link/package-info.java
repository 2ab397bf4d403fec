/**
 * The device's half of the device API, over any transport. Enters: messages and files to exchange;
 * leaves: validated messages, or one of three reasons for failure: unreachable, unintelligible,
 * refused.
 *
 * <p>Must hold: every answer is bounded before it is read, and a session token goes to the
 * coordinator alone.
 */
@NullMarked
package dev.tributary.client.transport.link;

import org.jspecify.annotations.NullMarked;
