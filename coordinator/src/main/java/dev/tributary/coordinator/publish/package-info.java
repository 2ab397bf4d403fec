/**
 * From a model state to what devices download. Enters: an optimised model; leaves: a signed
 * artifact, stored by digest.
 *
 * <p>Must hold: a version never changes once it is published.
 */
@NullMarked
package dev.tributary.coordinator.publish;

import org.jspecify.annotations.NullMarked;
