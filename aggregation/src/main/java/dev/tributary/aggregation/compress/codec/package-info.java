/**
 * The forms in which weights are stored. Enters: a network and its float32 weights; leaves: a
 * safetensors file that other programs can read, too. Back: a file of unknown origin; leaves:
 * weights that every runtime can run.
 *
 * <p>Must hold: weights of rank 2 and more are compressed, biases stay float32; every tensor of the
 * network is there with its own shape and nothing else is; every decoded value is finite; whatever
 * the bytes are, the only exception is {@link
 * dev.tributary.aggregation.compress.MalformedArtifactException}. Byte layouts:
 * docs/model-files.md.
 */
@NullMarked
package dev.tributary.aggregation.compress.codec;

import org.jspecify.annotations.NullMarked;
