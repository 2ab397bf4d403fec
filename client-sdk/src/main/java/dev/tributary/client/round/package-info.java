/**
 * What a device works with while it is in a round: the steps of secure aggregation, the session and
 * the step that it keeps meanwhile, and patience. Enters: answers of the coordinator, and the
 * device's session; leaves: events of the state machine, and what the update is masked with. Its
 * classes are public for the rest of the SDK, not for applications, which use {@link
 * dev.tributary.client.FederatedClient}.
 *
 * <p>Must hold: what belongs to a step is sent only after the step is durable; keys are made once
 * for a round; no wait goes beyond the deadline of the step that the device is in.
 */
@NullMarked
package dev.tributary.client.round;

import org.jspecify.annotations.NullMarked;
