/**
 * The state machine of one device in one round. Enters: messages of the coordinator and the time;
 * leaves: the next state and what to do.
 *
 * <p>Must hold: decisions are pure, states are serialisable, their secrets are sealed at rest.
 */
@NullMarked
package dev.tributary.client.session;

import org.jspecify.annotations.NullMarked;
