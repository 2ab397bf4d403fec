/**
 * The command line. Enters: arguments; leaves: an exit code, plain lines or one JSON object.
 *
 * <p>Must hold: standard output carries results only; progress and logs go to standard error.
 */
@NullMarked
package dev.tributary.simulations.cli;

import org.jspecify.annotations.NullMarked;
