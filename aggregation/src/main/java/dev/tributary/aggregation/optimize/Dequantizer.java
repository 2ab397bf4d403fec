package dev.tributary.aggregation.optimize;

import dev.tributary.aggregation.mask.AggregateSum;
import dev.tributary.aggregation.quantize.QuantizationParameters;

/**
 * Turns the sum of a training round back into the weighted mean of its updates: {@code sum(w x) /
 * sum(w)}.
 *
 * <p>Error: each device's rounding is off by less than one step c / centre in each coordinate, so
 * the mean is off by less than {@code devices * step / totalWeight}; it is unbiased and the
 * roundings of devices are independent, so its standard deviation is at most {@code sqrt(devices) *
 * step / (2 * totalWeight)}.
 */
public final class Dequantizer {

  private final QuantizationParameters parameters;

  public Dequantizer(QuantizationParameters parameters) {
    this.parameters = parameters;
  }

  /**
   * The mean of a sum.
   *
   * @throws WeightlessSumException if the weights in the sum are all zero
   * @throws IllegalArgumentException if the sum is of other parameters
   */
  public MeanUpdate dequantize(AggregateSum sum) throws WeightlessSumException {
    if (!sum.parameters().equals(parameters)) {
      throw new IllegalArgumentException(
          "sum: expected one of " + parameters + ", got " + sum.parameters());
    }
    long weightSum = sum.at(parameters.parameters());
    if (weightSum == 0) {
      throw new WeightlessSumException(sum.devices());
    }
    double totalWeight = weightSum / (double) parameters.maxLane();
    double zero = (double) sum.devices() * parameters.centre(); // below 2^31 * 2^31: see ringBits
    float[] mean = sum.coordinates(zero, factor(totalWeight));
    return new MeanUpdate(mean, totalWeight, sum.devices());
  }

  /**
   * What one step of the sum stands for in the mean: every coordinate of the mean is a whole number
   * of these, rounded.
   *
   * @param totalWeight as {@link MeanUpdate} has it
   */
  public double factor(double totalWeight) {
    return parameters.step() / totalWeight;
  }
}
