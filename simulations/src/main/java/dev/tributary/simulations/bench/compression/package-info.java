/**
 * What compression of a trained model costs and gains. Enters: a data set; leaves: for every
 * artifact its size, its accuracy, recall and F1 of each class, and its latency, as JSON and as a
 * page with a plot.
 *
 * <p>Must hold: every figure is of the artifact's own bytes, decoded or loaded again; accuracy is
 * measured on rows that nothing was trained on; latencies are taken while nothing else runs.
 */
@NullMarked
package dev.tributary.simulations.bench.compression;

import org.jspecify.annotations.NullMarked;
