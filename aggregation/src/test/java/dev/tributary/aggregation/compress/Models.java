package dev.tributary.aggregation.compress;

import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.runtime.Examples;
import dev.tributary.aggregation.runtime.InitialWeights;
import java.util.Random;

/** Networks of every kind of layer, small, for tests of compression. */
public final class Models {

  private Models() {}

  /** Convolutions, pooling, two linear layers; odd sizes. */
  public static ModelSpec convolutional() {
    return ModelSpec.fromJson(
        """
        {"format":"tributary-model/1","input":[2,9,11],"layers":[
         {"type":"conv2d","filters":5,"kernel":3,"padding":1},{"type":"relu"},{"type":"maxpool2d","kernel":2},
         {"type":"conv2d","filters":7,"kernel":3,"stride":1},{"type":"tanh"},
         {"type":"flatten"},{"type":"linear","units":13},{"type":"relu"},{"type":"linear","units":6},{"type":"sigmoid"},
         {"type":"linear","units":4}],
         "loss":"softmax-cross-entropy","classes":4}""");
  }

  /** Two hidden layers. */
  public static ModelSpec perceptron() {
    return ModelSpec.fromJson(
        """
        {"format":"tributary-model/1","input":[19],"layers":[
         {"type":"linear","units":33},{"type":"relu"},{"type":"linear","units":9},{"type":"tanh"},
         {"type":"linear","units":3}],
         "loss":"softmax-cross-entropy","classes":3}""");
  }

  /** One output for two classes. */
  public static ModelSpec logistic() {
    return ModelSpec.fromJson(
        """
        {"format":"tributary-model/1","input":[13],"layers":[{"type":"linear","units":1}],
         "loss":"sigmoid-binary-cross-entropy","classes":2}""");
  }

  /** An embedding, two levels of a recurrent cell, the last step, two linear layers. */
  public static ModelSpec recurrent(String cell) {
    return ModelSpec.fromJson(
        """
        {"format":"tributary-model/1","input":[7],"layers":[
         {"type":"embedding","vocabulary":11,"size":5},{"type":"%s","hidden":6,"layers":2},{"type":"last-step"},
         {"type":"linear","units":8},{"type":"relu"},{"type":"linear","units":11}],
         "loss":"softmax-cross-entropy","classes":11}"""
            .formatted(cell));
  }

  /** All of them. */
  public static ModelSpec[] all() {
    return new ModelSpec[] {
      perceptron(), logistic(), convolutional(), recurrent("lstm"), recurrent("gru")
    };
  }

  /** A network with its first weights. */
  public static SpecifiedModel initial(ModelSpec spec, long seed) {
    return SpecifiedModel.of(spec, InitialWeights.of(spec, seed));
  }

  /** Random examples that fit a network: tokens where it reads tokens, a third of zeros else. */
  public static Examples examples(ModelSpec spec, int count, long seed) {
    Random random = new Random(seed);
    boolean tokens = spec.layers().get(0).type().equals("embedding");
    float[] features = new float[count * spec.input().elements()];
    for (int i = 0; i < features.length; i++) {
      float value = random.nextInt(3) == 0 ? 0f : (float) random.nextGaussian();
      features[i] = tokens ? random.nextInt(11) : value;
    }
    int[] labels = random.ints(count, 0, spec.classes()).toArray();
    return Examples.of(features, spec.input().elements(), labels);
  }
}
