/**
 * What a matrix of changes is likely to be. Enters: the changes, at the encoder; leaves: a few
 * products of rows and columns, short enough to be sent, and from them the same forecast at both
 * ends.
 *
 * <p>Must hold: a forecast is the same to the last bit wherever it is computed. How good it is only
 * decides about size.
 */
@NullMarked
package dev.tributary.aggregation.compress.delta.forecast;

import org.jspecify.annotations.NullMarked;
