/**
 * Artifacts of a model, measured. Enters: artifacts by their names, and rows; leaves: for each its
 * size, its accuracy, recall and F1 of each class, and its latency, as JSON and as a page with a
 * plot.
 *
 * <p>Must hold: every figure is of the artifact's own bytes, decoded or loaded again; latencies are
 * taken while nothing else runs. Accuracy is as good as the rows that it is measured on: the caller
 * keeps those apart from what anything was trained on.
 */
@NullMarked
package dev.tributary.simulations.artifact;

import org.jspecify.annotations.NullMarked;
