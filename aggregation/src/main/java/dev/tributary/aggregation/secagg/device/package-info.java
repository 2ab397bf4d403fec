/**
 * The device's half of a session: five steps, each a state that holds what is true in it and has
 * only its legal exits. Enters: messages of the coordinator, none of which is believed; leaves:
 * messages of the device, masks, and refusals with their reasons.
 *
 * <p>Must hold: a device gives away one kind of share of each neighbour, once; secrets are
 * destroyed at the step after which they have no more use; every state can be sealed and taken up
 * again after a restart, and says the same then.
 */
@NullMarked
package dev.tributary.aggregation.secagg.device;

import org.jspecify.annotations.NullMarked;
