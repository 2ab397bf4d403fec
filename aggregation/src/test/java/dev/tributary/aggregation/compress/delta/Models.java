package dev.tributary.aggregation.compress.delta;

import dev.tributary.aggregation.compress.ArtifactForm;
import dev.tributary.aggregation.compress.QuantizedModel;
import dev.tributary.aggregation.compress.QuantizedTensor;
import dev.tributary.aggregation.model.ModelLayout;
import dev.tributary.aggregation.model.ModelState;
import dev.tributary.aggregation.model.TensorSpec;
import java.io.DataOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Models to take deltas of. */
final class Models {

  /** The numbers in order, big-endian. */
  static final ArtifactForm<QuantizedModel> FORM =
      (model, out) -> {
        var data = new DataOutputStream(out);
        for (QuantizedTensor tensor : model.quantized()) {
          data.write(tensor.values());
          for (float scale : tensor.scales()) {
            data.writeInt(Float.floatToRawIntBits(scale));
          }
        }
        for (float kept : model.kept()) {
          data.writeInt(Float.floatToRawIntBits(kept));
        }
      };

  private Models() {}

  /** Tensors of awkward sizes: scalars, rows of one, columns of one, primes. */
  static ModelLayout layout(Random random) {
    List<TensorSpec> tensors = new ArrayList<>();
    int count = 1 + random.nextInt(4);
    for (int i = 0; i < count; i++) {
      int[] shape = new int[random.nextInt(4)];
      for (int extent = 0; extent < shape.length; extent++) {
        shape[extent] = new int[] {1, 2, 3, 7, 13, 31}[random.nextInt(6)];
      }
      tensors.add(TensorSpec.of(i + ".w", shape));
    }
    return new ModelLayout(tensors);
  }

  /** Weights as a network has them. */
  static ModelState weights(ModelLayout layout, Random random) {
    float[] values = new float[layout.dimension()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (0.1 * random.nextGaussian());
    }
    return new ModelState(layout, values);
  }

  /** The same weights after a step: a product of rows and columns, and noise. */
  static ModelState moved(ModelState base, Random random, double size) {
    float[] values = base.copyOfValues();
    double[] pattern = random.doubles(64, -1, 1).toArray();
    for (int i = 0; i < values.length; i++) {
      double product = pattern[i / 31 % 64] * pattern[i % 31];
      values[i] += (float) (size * (product + 0.1 * random.nextGaussian()));
    }
    return new ModelState(base.layout(), values);
  }

  /** A number for each bit pattern, all equally likely. */
  static ModelState anyBits(ModelLayout layout, Random random) {
    float[] values = new float[layout.dimension()];
    for (int i = 0; i < values.length; i++) {
      values[i] = Float.intBitsToFloat(random.nextInt());
    }
    return new ModelState(layout, values);
  }

  /** Equal to the last bit, also where a number is none. */
  static boolean sameBits(ModelState one, ModelState other) {
    for (int i = 0; i < one.values().length; i++) {
      if (Float.floatToRawIntBits(one.values()[i]) != Float.floatToRawIntBits(other.values()[i])) {
        return false;
      }
    }
    return one.layout().equals(other.layout());
  }
}
