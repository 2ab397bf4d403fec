package dev.tributary.aggregation.runtime;

/**
 * What a training run reports beside the weights.
 *
 * @param steps optimiser steps taken, at least 0
 * @param examples how many examples there were, each seen once an epoch
 * @param meanLoss mean over every example of every epoch of its loss just before the step it was
 *     part of; 0 without examples, NaN when training diverged
 */
public record TrainingOutcome(long steps, int examples, double meanLoss) {

  /** The outcome of a whole run with the sum of those losses. */
  public static TrainingOutcome of(TrainingParameters parameters, int examples, double lossSum) {
    double seen = (double) parameters.epochs() * examples;
    return new TrainingOutcome(
        parameters.steps(examples), examples, seen == 0 ? 0 : lossSum / seen);
  }
}
