package dev.tributary.simulations.data.source;

/**
 * The shift and scale of each feature that give some rows mean 0 and (sample) deviation 1. A
 * feature that never varies is only shifted.
 */
final class Standardizer {

  private final double[] means;
  private final double[] deviations;

  private Standardizer(double[] means, double[] deviations) {
    this.means = means;
    this.deviations = deviations;
  }

  /**
   * @param rows row-major, at least one row
   */
  static Standardizer fitted(float[] rows, int featureCount) {
    int count = rows.length / featureCount;
    double[] means = new double[featureCount];
    double[] deviations = new double[featureCount];
    for (int i = 0; i < rows.length; i++) {
      means[i % featureCount] += rows[i] / (double) count;
    }
    for (int i = 0; i < rows.length; i++) {
      double distance = rows[i] - means[i % featureCount];
      deviations[i % featureCount] += distance * distance / Math.max(1, count - 1);
    }
    for (int feature = 0; feature < featureCount; feature++) {
      deviations[feature] = StrictMath.sqrt(deviations[feature]);
      // The rounding of the mean leaves a constant feature a deviation that is tiny and not 0.
      if (deviations[feature] <= 1e-6 * Math.abs(means[feature]) + 1e-12) {
        deviations[feature] = 1;
      }
    }
    return new Standardizer(means, deviations);
  }

  /** Shifts and scales rows in place. */
  Standardizer apply(float[] rows) {
    for (int i = 0; i < rows.length; i++) {
      int feature = i % means.length;
      rows[i] = (float) ((rows[i] - means[feature]) / deviations[feature]);
    }
    return this;
  }
}
