package dev.tributary.aggregation.compress.prune;

import dev.tributary.aggregation.runtime.Examples;
import dev.tributary.aggregation.runtime.LocalModel;
import dev.tributary.aggregation.runtime.TrainingParameters;

/**
 * Trains a network whose masked weights stay at zero: each epoch in pieces, the mask after each.
 * Uses its model from one thread at a time.
 */
public final class MaskedTuner {

  private final LocalModel model;
  private final int pieces;

  /**
   * Tunes with this model.
   *
   * @param pieces of an epoch, at least 1: the more, the less the masked weights drift between
   */
  public MaskedTuner(LocalModel model, int pieces) {
    if (pieces < 1) {
      throw new IllegalArgumentException("pieces is " + pieces + "; it is at least 1");
    }
    this.model = model;
    this.pieces = pieces;
  }

  /**
   * Trains.
   *
   * @param weights in: where to start; out: trained, masked; flat in layout order
   * @param parameters its momentum starts anew with each piece
   */
  public void tune(
      float[] weights,
      PruningMask mask,
      Examples examples,
      TrainingParameters parameters,
      long seed) {
    TrainingParameters once =
        new TrainingParameters(
            1, parameters.batchSize(), parameters.learningRate(), parameters.momentum());
    mask.apply(weights);
    for (int epoch = 0; epoch < parameters.epochs(); epoch++) {
      for (int piece = 0; piece < pieces; piece++) {
        int from = (int) ((long) examples.size() * piece / pieces);
        int to = (int) ((long) examples.size() * (piece + 1) / pieces);
        model.train(weights, examples.range(from, to), once, seed + (long) epoch * pieces + piece);
        mask.apply(weights);
      }
    }
  }
}
