/**
 * A coordinator besieged by clients that hold connections and do nothing with them. Enters: how
 * many; leaves: how long honest requests wait without them and beside them, and how many are still
 * there after their time.
 */
@NullMarked
package dev.tributary.simulations.bench.siege;

import org.jspecify.annotations.NullMarked;
