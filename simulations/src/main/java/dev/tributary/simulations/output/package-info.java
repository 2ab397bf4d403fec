/**
 * How a command answers. Enters: fields and a form for people; leaves: lines, or one JSON object.
 */
@NullMarked
package dev.tributary.simulations.output;

import org.jspecify.annotations.NullMarked;
