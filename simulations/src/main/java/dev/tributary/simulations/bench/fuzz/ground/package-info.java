/**
 * What a fuzzer starts from: a coordinator with rounds that stand still at each of their steps, and
 * the requests that real devices sent, or were about to send, in them.
 */
@NullMarked
package dev.tributary.simulations.bench.fuzz.ground;

import org.jspecify.annotations.NullMarked;
