package dev.tributary.client.train;

/**
 * What a trainer says of its work, beside the weights that it changed in place.
 *
 * @param exampleCount examples that it learned from, at least 1: the weight of the update
 * @param meanLoss mean training loss over all steps
 * @param steps optimiser steps taken
 */
public record TrainedModel(int exampleCount, double meanLoss, long steps) {

  public TrainedModel {
    if (exampleCount < 1) {
      throw new IllegalArgumentException("an update needs at least 1 example, not " + exampleCount);
    }
    if (steps < 0) {
      throw new IllegalArgumentException("steps must not be negative: " + steps);
    }
  }
}
