package dev.tributary.simulations.bench.delta;

/** How much accuracy the int8 artifacts cost, over the versions that were evaluated. */
final class AccuracyLoss {

  private double sum;
  private double largest = Double.NEGATIVE_INFINITY;
  private double newest = Double.NaN;
  private int count;

  /** One version, by its accuracy before and after, 0 to 1. */
  void add(double exact, double quantized) {
    double loss = exact - quantized;
    sum += loss;
    largest = Math.max(largest, loss);
    newest = quantized;
    count++;
  }

  /** The accuracy of the artifact that was evaluated last. */
  double newest() {
    return newest;
  }

  double mean() {
    return sum / count;
  }

  double largest() {
    return largest;
  }
}
