package dev.tributary.simulations.cli.publish.compress;

import dev.tributary.aggregation.compress.ModelCodec;
import java.util.OptionalDouble;

/**
 * How artifacts that need training are made.
 *
 * @param prunedShare of the channels of each layer that the pruned network keeps, in (0, 1]
 * @param keptWeights share of each weight that the pruned network keeps, in (0, 1), when single
 *     weights are pruned and not channels
 * @param studentShare of the channels of each layer that the student has, in (0, 1]
 * @param epochs of tuning after pruning; a student learns four times as long
 * @param codec stores pruned networks and students
 * @param seed what all randomness follows
 */
record CompressionOptions(
    double prunedShare,
    OptionalDouble keptWeights,
    double studentShare,
    int epochs,
    ModelCodec codec,
    long seed) {}
