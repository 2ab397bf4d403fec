/**
 * The machine of the coordinator in a simulated world: a database and a disk that outlive its
 * processes, and processes that can be killed at any step. Above the seams runs the coordinator as
 * it is.
 *
 * <p>Must hold: a killed process does nothing any more; what was committed is there for the next.
 */
@NullMarked
package dev.tributary.simulations.chaos.machine;

import org.jspecify.annotations.NullMarked;
