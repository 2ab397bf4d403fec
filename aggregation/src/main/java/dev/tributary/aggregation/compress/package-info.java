/**
 * What a version of a model is made smaller to. Enters: a model state; leaves: the content of
 * artifacts that devices download.
 *
 * <p>Must hold: one content has one form in bytes, whose SHA-256 is its name.
 */
@NullMarked
package dev.tributary.aggregation.compress;

import org.jspecify.annotations.NullMarked;
