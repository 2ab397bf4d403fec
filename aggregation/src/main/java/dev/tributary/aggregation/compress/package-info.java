/**
 * A trained model made smaller: {@code ModelState -ModelCompressor-> ModelArtifact}. Enters: a
 * specification and its float32 weights; leaves: a file named by the SHA-256 of its bytes, with the
 * steps that made it.
 *
 * <p>Must hold: the same model and steps give the same bytes; a file of unknown origin is decoded
 * or refused with the declared exception, never half of each. What changes the network lies in
 * {@code prune} and {@code distill}, what stores one in {@code codec}, and what hands it to another
 * program in {@code onnx}.
 */
@NullMarked
package dev.tributary.aggregation.compress;

import org.jspecify.annotations.NullMarked;
