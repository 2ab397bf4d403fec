package dev.tributary.simulations.data;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * Random choices that are a function of a seed and a purpose: the generator L64X128MixRandom with,
 * on top, algorithms written out here and strict arithmetic, so that one seed gives one result on
 * every machine. One thread at a time.
 */
public final class SeededRandom {

  private static final RandomGeneratorFactory<RandomGenerator> GENERATOR =
      RandomGeneratorFactory.of("L64X128MixRandom");

  private final RandomGenerator generator;

  private SeededRandom(RandomGenerator generator) {
    this.generator = generator;
  }

  /**
   * A generator of its own for each purpose: what one purpose draws never moves another's draws.
   */
  public static SeededRandom of(long seed, String purpose) {
    long mixed = seed;
    for (int i = 0; i < purpose.length(); i++) {
      mixed = mix(mixed + purpose.charAt(i));
    }
    return new SeededRandom(GENERATOR.create(mixed));
  }

  /** The same, for the {@code index}-th of several equal purposes. */
  public static SeededRandom of(long seed, String purpose, long index) {
    return of(mix(seed ^ mix(index + 1)), purpose);
  }

  /** Uniform in [0, 1). */
  public double uniform() {
    return generator.nextDouble();
  }

  /** Uniform in [low, high). */
  public double uniform(double low, double high) {
    return low + (high - low) * generator.nextDouble();
  }

  /** Any value, all equally likely: a seed for something else. */
  public long bits() {
    return generator.nextLong();
  }

  /** Uniform in {0, ..., bound - 1}. */
  public int below(int bound) {
    return generator.nextInt(bound);
  }

  /** Normal with mean 0 and variance 1: the polar method of Marsaglia and Bray. */
  public double normal() {
    while (true) {
      double x = 2 * generator.nextDouble() - 1;
      double y = 2 * generator.nextDouble() - 1;
      double squared = x * x + y * y;
      if (squared > 0 && squared < 1) {
        return x * StrictMath.sqrt(-2 * StrictMath.log(squared) / squared);
      }
    }
  }

  /** {0, ..., size - 1} in random order: Fisher and Yates. */
  public int[] permutation(int size) {
    int[] values = new int[size];
    for (int i = 0; i < size; i++) {
      values[i] = i;
    }
    shuffle(values);
    return values;
  }

  public void shuffle(int[] values) {
    for (int i = values.length - 1; i > 0; i--) {
      int j = generator.nextInt(i + 1);
      int swapped = values[i];
      values[i] = values[j];
      values[j] = swapped;
    }
  }

  /**
   * Shares that sum to 1, from the symmetric Dirichlet distribution: normalised gammas, computed as
   * logarithms.
   */
  public double[] dirichlet(double alpha, int parts) {
    double[] logs = new double[parts];
    double largest = Double.NEGATIVE_INFINITY;
    for (int part = 0; part < parts; part++) {
      logs[part] = logGamma(alpha);
      largest = Math.max(largest, logs[part]);
    }
    double sum = 0;
    for (int part = 0; part < parts; part++) {
      logs[part] = StrictMath.exp(logs[part] - largest);
      sum += logs[part];
    }
    for (int part = 0; part < parts; part++) {
      logs[part] /= sum;
    }
    return logs;
  }

  /**
   * The logarithm of a gamma variate of this shape, so that small shapes do not underflow to shares
   * that are all zero. Marsaglia and Tsang, "A Simple Method for Generating Gamma Variables", 2000,
   * with its section 6 for shapes below 1.
   */
  private double logGamma(double shape) {
    if (shape < 1) {
      return logGamma(shape + 1) + StrictMath.log(1 - generator.nextDouble()) / shape;
    }
    double d = shape - 1.0 / 3;
    double c = 1 / StrictMath.sqrt(9 * d);
    while (true) {
      double x = normal();
      double root = 1 + c * x;
      if (root <= 0) {
        continue;
      }
      double v = root * root * root;
      if (StrictMath.log(1 - generator.nextDouble())
          < 0.5 * x * x + d - d * v + d * StrictMath.log(v)) {
        return StrictMath.log(d * v);
      }
    }
  }

  /** The finaliser of SplitMix64 (Steele, Lea, Flood, 2014). */
  private static long mix(long value) {
    long z = value + 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
