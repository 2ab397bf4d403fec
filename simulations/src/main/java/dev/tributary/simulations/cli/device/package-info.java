/**
 * The reference device as a command: the SDK as its own process. Enters: the command line and a
 * file of examples; leaves: contributions to rounds, lines of progress, one summary.
 */
@NullMarked
package dev.tributary.simulations.cli.device;

import org.jspecify.annotations.NullMarked;
