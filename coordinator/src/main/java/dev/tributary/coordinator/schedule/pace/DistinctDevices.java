package dev.tributary.coordinator.schedule.pace;

import dev.tributary.aggregation.protocol.DeviceId;
import java.util.Arrays;

/**
 * How many different devices there were, without remembering them: linear counting (Whang et al.,
 * "A linear-time probabilistic counting algorithm", 1990) in 32 KiB. A device id is a hash of a
 * key, so its own first bits choose its bit. The standard error is 0.35 % at a million devices and
 * 1.3 % at two million, and the estimate is exact to rounding for some dozens. Not thread-safe.
 */
final class DistinctDevices {
  private static final int BITS = 1 << 18;
  private static final int HEX_DIGITS = 5; // of 4 bits: 20 bits, of which the first 18 choose

  private final long[] words = new long[BITS / Long.SIZE];
  private int setCount;

  /** Whether the device was new; another one with the same bit may hide it. */
  boolean add(DeviceId device) {
    int bit = bit(device);
    if (isSet(bit)) {
      return false;
    }
    words[bit / Long.SIZE] |= mask(bit);
    setCount++;
    return true;
  }

  /** Whether the device, or another one with the same bit, was added. */
  boolean contains(DeviceId device) {
    return isSet(bit(device));
  }

  /** How often {@link #add} found a new one. */
  int setCount() {
    return setCount;
  }

  /** The estimate, at least 0. */
  double count() {
    return estimate(setCount);
  }

  /** How many devices set so many bits. */
  static double estimate(int setCount) {
    int zeros = Math.max(1, BITS - setCount);
    return -BITS * Math.log((double) zeros / BITS);
  }

  void clear() {
    Arrays.fill(words, 0);
    setCount = 0;
  }

  private boolean isSet(int bit) {
    return (words[bit / Long.SIZE] & mask(bit)) != 0;
  }

  private static long mask(int bit) {
    return 1L << (bit % Long.SIZE);
  }

  private static int bit(DeviceId device) {
    return Integer.parseInt(device.text(), 0, HEX_DIGITS, 16) >> 2;
  }
}
