/**
 * The benchmark of downloads. Enters: how many devices, how large a model; leaves: the throughput
 * of a coordinator beside that of a server that does nothing but send a file.
 */
@NullMarked
package dev.tributary.simulations.bench.download;

import org.jspecify.annotations.NullMarked;
