package dev.tributary.client.model.predict;

import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.aggregation.publish.FileDigest;

/**
 * What a model said of some examples.
 *
 * @param version the version that said it
 * @param artifact which of its files
 * @param outputs the network's values before softmax or sigmoid, row-major {@code
 *     [examples][outputs]}; owned by the caller
 */
public record Prediction(ModelDigest version, FileDigest artifact, float[] outputs) {

  /** Sizes only: what a model says of a person's data is that person's. */
  @Override
  public String toString() {
    return "Prediction[version=" + version + ", " + outputs.length + " values]";
  }
}
