/**
 * The operator's commands, and the coordinator itself as a command. Enters: arguments; leaves:
 * requests to a coordinator's JSON API, tables or one JSON object.
 *
 * <p>Must hold: a token is never printed, except by the command that makes one.
 */
@NullMarked
package dev.tributary.simulations.cli.operator;

import org.jspecify.annotations.NullMarked;
