/**
 * Devices of a simulated world: the SDK as it is, on threads that take part in the order of the
 * world. Enters: answers of the network; leaves: requests.
 *
 * <p>Must hold: a killed device keeps exactly what its store had said was durable.
 */
@NullMarked
package dev.tributary.simulations.chaos.device;

import org.jspecify.annotations.NullMarked;
