/**
 * Deltas between versions. Enters: two artifacts of one kind; leaves: a delta, and from it and the
 * older artifact the newer one, bit for bit.
 *
 * <p>From numbers to bytes: {@link dev.tributary.aggregation.compress.delta.FloatDelta}, {@link
 * dev.tributary.aggregation.compress.delta.Int8Delta} and, for every other artifact, {@link
 * dev.tributary.aggregation.compress.delta.FileDelta} take differences, package {@code forecast}
 * foretells them, package {@code coding} writes what was not foretold.
 *
 * <p>Must hold: a decoder gives exactly the artifact that was encoded or a {@link
 * dev.tributary.aggregation.compress.delta.DeltaException}, whatever bytes it is given, and
 * allocates no more than its base is large.
 */
@NullMarked
package dev.tributary.aggregation.compress.delta;

import org.jspecify.annotations.NullMarked;
