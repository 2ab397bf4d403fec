/**
 * The network of a simulated world: delays everything, and loses, repeats, cuts off and forges what
 * it is told to.
 *
 * <p>Must hold: a request is answered to its device at most once; whatever is lost is lost for a
 * reason that the schedule names.
 */
@NullMarked
package dev.tributary.simulations.chaos.network;

import org.jspecify.annotations.NullMarked;
