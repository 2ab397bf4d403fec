/**
 * What can go wrong in a simulated world, and how often it did.
 *
 * <p>Must hold: a fault counts when it has struck, not when it was planned.
 */
@NullMarked
package dev.tributary.simulations.chaos.fault;

import org.jspecify.annotations.NullMarked;
