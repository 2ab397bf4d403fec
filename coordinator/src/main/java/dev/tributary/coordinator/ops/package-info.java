/**
 * What operators see: metrics, health, live events. Enters: measurements; leaves: their published
 * form.
 *
 * <p>Must hold: no secret, no update and no unbounded label value is exposed.
 */
@NullMarked
package dev.tributary.coordinator.ops;

import org.jspecify.annotations.NullMarked;
