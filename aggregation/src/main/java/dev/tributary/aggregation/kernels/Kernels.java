package dev.tributary.aggregation.kernels;

/** The provider of kernels that this process uses, chosen once. */
public final class Kernels {

  private static final LaneKernels CHOSEN = new ScalarLaneKernels();

  private Kernels() {}

  /** The chosen provider. */
  public static LaneKernels chosen() {
    return CHOSEN;
  }

  /** The plain twin, for comparison. */
  public static LaneKernels scalar() {
    return CHOSEN;
  }
}
