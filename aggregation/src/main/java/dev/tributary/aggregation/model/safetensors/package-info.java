/**
 * The strict reader of safetensors files. Enters: a file of unknown origin; leaves: its tensors,
 * mapped into memory, or the rule that it breaks.
 *
 * <p>Must hold: whatever the bytes are, the only exceptions are the declared ones.
 */
@NullMarked
package dev.tributary.aggregation.model.safetensors;

import org.jspecify.annotations.NullMarked;
