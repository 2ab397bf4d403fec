/**
 * Commands about published models. Enters: what an operator types; leaves: requests to a
 * coordinator and what it answered.
 */
@NullMarked
package dev.tributary.simulations.cli.publish;

import org.jspecify.annotations.NullMarked;
