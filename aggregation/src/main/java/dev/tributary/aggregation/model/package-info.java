/**
 * The model as both ends see it: specification, layout of its flat weights, safetensors. Enters: a
 * JSON specification or a file; leaves: an immutable model state.
 *
 * <p>Must hold: one specification gives one layout, and layout and weights agree in length.
 */
@NullMarked
package dev.tributary.aggregation.model;

import org.jspecify.annotations.NullMarked;
