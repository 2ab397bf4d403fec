/**
 * The pure Java runtime: linear layers and element-wise functions, in float32, without native code.
 *
 * <p>Enters: flat weights in PyTorch's layout, examples, a seed. Leaves: trained weights, values,
 * evaluations. Holds: every float operation happens in an order that the specification and the
 * parameters alone decide, and none is left to the machine (no fused multiply-add, StrictMath for
 * exp), so the bits are the same on every machine and for any number of threads.
 */
@NullMarked
package dev.tributary.aggregation.runtime.network;

import org.jspecify.annotations.NullMarked;
