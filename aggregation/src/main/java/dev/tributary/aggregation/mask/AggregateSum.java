package dev.tributary.aggregation.mask;

import dev.tributary.aggregation.kernels.Dequantization;
import dev.tributary.aggregation.kernels.Kernels;
import dev.tributary.aggregation.quantize.QuantizationParameters;
import java.io.IOException;

/**
 * The sum of what the devices of a round quantised, lane by lane, exact. Made only by {@link
 * Unmasker}, or from the packed form of one: who holds one knows that the masks are gone and that
 * only a sum was ever visible.
 */
public final class AggregateSum {

  private final QuantizationParameters parameters;
  private final Lanes lanes;
  private final int devices;
  private final long mask;

  AggregateSum(QuantizationParameters parameters, Lanes lanes, int devices) {
    this.parameters = parameters;
    this.lanes = lanes;
    this.devices = devices;
    this.mask = (1L << parameters.ringBits()) - 1;
  }

  /**
   * Puts a sum back that {@link #packed} gave.
   *
   * @param packed of a sum of the same parameters
   * @param devices how many are in it, at least 1
   * @throws IOException if it cannot be read
   * @throws IllegalArgumentException if it has another length than the parameters ask for
   */
  public static AggregateSum unpacked(
      QuantizationParameters parameters, PackedSource packed, int devices) throws IOException {
    MaskedAccumulator accumulator = new MaskedAccumulator(parameters);
    accumulator.addSum(packed, devices);
    MaskedSum sum = accumulator.sum();
    return new AggregateSum(parameters, sum.lanes(), devices);
  }

  /**
   * The sum packed to ringBits a lane, in the order of {@link PackedSource}.
   *
   * @return byte[parameters.packedBytes()], owned by the caller
   */
  public byte[] packed() {
    return lanes.packed(parameters);
  }

  /** The arithmetic of the round. */
  public QuantizationParameters parameters() {
    return parameters;
  }

  /** The sum in one lane, in [0, devices * (2^bits - 1)] when every upload was verified. */
  public long at(int index) {
    if (index < 0 || index >= length()) {
      throw new IndexOutOfBoundsException("lane " + index + ": expected 0 to " + (length() - 1));
    }
    return lanes.at(index) & mask;
  }

  /**
   * Adds the sum of other devices, of the same arithmetic: how the parts of a cohort come together.
   * Exact: both together are of no more devices than the modulus allows.
   *
   * @param other used up
   * @return this sum, changed
   * @throws IllegalArgumentException when the arithmetic differs, or the modulus holds fewer
   *     devices
   */
  public AggregateSum plus(AggregateSum other) {
    if (!parameters.equals(other.parameters)) {
      throw new IllegalArgumentException(
          "sum: expected another of " + parameters + ", got one of " + other.parameters);
    }
    if (other.devices > parameters.maxDevices() - devices) {
      throw new IllegalArgumentException(
          "sum: expected at most "
              + parameters.maxDevices()
              + " devices, got "
              + ((long) devices + other.devices));
    }
    lanes.addAll(other.lanes);
    return new AggregateSum(parameters, lanes, devices + other.devices);
  }

  /** How many lanes there are. */
  public int length() {
    return parameters.vectorLength();
  }

  /** How many devices are in the sum, at least 1. */
  public int devices() {
    return devices;
  }

  /**
   * The coordinate lanes as reals: {@code (sum - zero) * factor}, computed in double.
   *
   * @return float[parameters.parameters()], owned by the caller
   */
  public float[] coordinates(double zero, double factor) {
    float[] reals = new float[parameters.parameters()];
    if (lanes instanceof Lanes.IntLanes narrow) {
      Kernels.chosen().dequantize(narrow.values(), reals.length, (int) mask, zero, factor, reals);
      return reals;
    }
    for (int i = 0; i < reals.length; i++) {
      reals[i] = Dequantization.real(at(i) - zero, factor);
    }
    return reals;
  }

  @Override
  public String toString() {
    return "AggregateSum[" + devices + " devices, " + length() + " lanes]";
  }
}
