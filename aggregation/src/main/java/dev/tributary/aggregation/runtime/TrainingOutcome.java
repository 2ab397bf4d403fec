package dev.tributary.aggregation.runtime;

/**
 * What a training run reports beside the weights.
 *
 * @param steps optimiser steps taken, at least 0
 * @param examples how many examples there were, each seen once an epoch
 * @param meanLoss mean over every example of every epoch of its loss just before the step it was part of; 0 without
 *     examples, NaN when training diverged
 */
public record TrainingOutcome(long steps, int examples, double meanLoss) {}
