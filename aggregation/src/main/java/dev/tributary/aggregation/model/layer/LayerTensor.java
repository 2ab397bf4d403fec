package dev.tributary.aggregation.model.layer;

/**
 * One trainable tensor of a layer: its name within the layer as PyTorch names it, its shape, and
 * the distribution PyTorch draws its first values from.
 */
public record LayerTensor(String name, Shape shape, Initialization initialization) {

  /** How a tensor's first values are drawn. */
  public enum Distribution {
    /** Uniform on [-scale, scale). */
    UNIFORM,
    /** Normal with mean 0 and standard deviation {@code scale}. */
    NORMAL
  }

  /** A distribution and its scale, positive and finite. */
  public record Initialization(Distribution distribution, double scale) {
    /** Refuses a scale that is not positive and finite. */
    public Initialization {
      if (!(scale > 0) || Double.isInfinite(scale)) {
        throw new IllegalArgumentException(
            "the scale of an initial distribution is positive and finite, not " + scale);
      }
    }
  }

  static LayerTensor uniform(String name, Shape shape, int fanIn) {
    return new LayerTensor(
        name, shape, new Initialization(Distribution.UNIFORM, 1 / Math.sqrt(fanIn)));
  }
}
