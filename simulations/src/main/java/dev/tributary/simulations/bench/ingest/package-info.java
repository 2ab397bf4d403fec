/**
 * Benchmarks of uploads. Enters: how many devices, how large their updates; leaves: throughput and
 * heap of a coordinator in a process of its own.
 */
@NullMarked
package dev.tributary.simulations.bench.ingest;

import org.jspecify.annotations.NullMarked;
