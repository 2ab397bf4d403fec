/**
 * What must hold in a simulated world, whatever goes wrong in it. Enters: messages that arrive and
 * answers that leave, the database, the files; leaves: violations.
 *
 * <p>Must hold: the oracle knows of the coordinator only what a device, an operator and the disk
 * can see.
 */
@NullMarked
package dev.tributary.simulations.chaos.oracle;

import org.jspecify.annotations.NullMarked;
