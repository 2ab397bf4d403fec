package dev.tributary.aggregation.runtime;

import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.model.layer.LayerTensor;
import dev.tributary.aggregation.model.layer.LayerTensor.Distribution;
import dev.tributary.aggregation.runtime.step.SplitMix64;
import java.util.ArrayList;
import java.util.List;

/**
 * The first weights of a model: PyTorch's default distributions (uniform within 1/sqrt(fan-in) for
 * linear and convolutional layers, within 1/sqrt(hidden) for recurrent ones, standard normal for
 * embeddings) drawn by our own generator, so that a seed gives the same bits everywhere.
 */
public final class InitialWeights {
  private InitialWeights() {}

  /**
   * The weights of a seed, flat in layout order, {@code [parameters]}; each tensor has a stream of
   * its own.
   */
  public static float[] of(ModelSpec spec, long seed) {
    List<LayerTensor> tensors = new ArrayList<>();
    for (int layer = 0; layer < spec.layers().size(); layer++) {
      tensors.addAll(spec.tensors(layer));
    }
    float[] weights =
        new float[tensors.stream().mapToInt(tensor -> tensor.shape().elements()).sum()];
    int offset = 0;
    for (int i = 0; i < tensors.size(); i++) {
      offset = draw(tensors.get(i), SplitMix64.stream(seed, i), weights, offset);
    }
    return weights;
  }

  private static int draw(LayerTensor tensor, SplitMix64 random, float[] weights, int offset) {
    int end = offset + tensor.shape().elements();
    double scale = tensor.initialization().scale();
    boolean uniform = tensor.initialization().distribution() == Distribution.UNIFORM;
    for (int i = offset; i < end; i++) {
      double value = uniform ? 2 * random.nextDouble() - 1 : random.nextNormal();
      weights[i] = (float) (value * scale);
    }
    return end;
  }
}
