package dev.tributary.aggregation.runtime;

import dev.tributary.aggregation.model.ModelSpec;
import java.util.Random;

/** Specifications and examples that tests of the runtimes share. */
public final class Specs {
  private Specs() {}

  /** A multi-layer perceptron with one hidden layer. */
  public static ModelSpec mlp(int in, int hidden, String activation, int classes) {
    return ModelSpec.fromJson(
        """
        {"format":"tributary-model/1","input":[%d],
         "layers":[{"type":"linear","units":%d},{"type":"%s"},{"type":"linear","units":%d}],
         "loss":"softmax-cross-entropy","classes":%d}"""
            .formatted(in, hidden, activation, classes, classes));
  }

  /** A logistic regression for two classes: one output, sigmoid loss. */
  public static ModelSpec logistic(int in) {
    return ModelSpec.fromJson(
        """
        {"format":"tributary-model/1","input":[%d],"layers":[{"type":"linear","units":1}],
         "loss":"sigmoid-binary-cross-entropy","classes":2}"""
            .formatted(in));
  }

  /** The convolutional network of McMahan et al. (FedAvg), 1 663 370 parameters. */
  public static ModelSpec fedAvgCnn() {
    return ModelSpec.fromJson(
        """
        {"format":"tributary-model/1","input":[1,28,28],"layers":[
         {"type":"conv2d","filters":32,"kernel":5,"padding":2},{"type":"relu"},{"type":"maxpool2d","kernel":2},
         {"type":"conv2d","filters":64,"kernel":5,"padding":2},{"type":"relu"},{"type":"maxpool2d","kernel":2},
         {"type":"flatten"},{"type":"linear","units":512},{"type":"relu"},{"type":"linear","units":10}],
         "loss":"softmax-cross-entropy","classes":10}""");
  }

  /**
   * Random examples, about a third of the features zero, labels uniform: nothing to learn,
   * everything to compute.
   */
  public static Examples noise(int count, int featureSize, int classes, long seed) {
    Random random = new Random(seed);
    float[] features = new float[count * featureSize];
    for (int i = 0; i < features.length; i++) {
      features[i] = random.nextInt(3) == 0 ? 0f : (float) random.nextGaussian();
    }
    return Examples.of(features, featureSize, random.ints(count, 0, classes).toArray());
  }

  /** Examples around one centre a class, far enough apart to be told apart. */
  public static Examples clusters(int count, int featureSize, int classes, long seed) {
    Random centres = new Random(42);
    float[][] centre = new float[classes][featureSize];
    for (float[] row : centre) {
      for (int k = 0; k < featureSize; k++) {
        row[k] = (float) centres.nextGaussian();
      }
    }
    Random random = new Random(seed);
    float[] features = new float[count * featureSize];
    int[] labels = new int[count];
    for (int i = 0; i < count; i++) {
      labels[i] = random.nextInt(classes);
      for (int k = 0; k < featureSize; k++) {
        features[i * featureSize + k] = centre[labels[i]][k] + 0.3f * (float) random.nextGaussian();
      }
    }
    return Examples.of(features, featureSize, labels);
  }
}
