package dev.tributary.simulations.scenario;

import dev.tributary.simulations.data.SeededRandom;

/** How long a device takes, besides training, from being chosen until its update arrives. */
public sealed interface Latency {

  /** One draw, in milliseconds, at least 0. */
  double drawMillis(SeededRandom random);

  /** Always the same. */
  record Fixed(double millis) implements Latency {
    public Fixed {
      requireAtLeastZero("millis", millis);
    }

    @Override
    public double drawMillis(SeededRandom random) {
      return millis;
    }
  }

  /** Uniform between two bounds. */
  record Uniform(double minimumMillis, double maximumMillis) implements Latency {
    public Uniform {
      requireAtLeastZero("minimumMillis", minimumMillis);
      if (!(maximumMillis >= minimumMillis && maximumMillis < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException(
            "maximumMillis: expected at least minimumMillis ("
                + minimumMillis
                + "), found "
                + maximumMillis);
      }
    }

    @Override
    public double drawMillis(SeededRandom random) {
      return random.uniform(minimumMillis, maximumMillis);
    }
  }

  /**
   * Log-normal: most devices near the median, a few far slower.
   *
   * @param spread the deviation of the logarithm: with 0.5, one device in forty takes 2.7 times the
   *     median or more
   */
  record LogNormal(double medianMillis, double spread) implements Latency {
    public LogNormal {
      requireAtLeastZero("medianMillis", medianMillis);
      requireAtLeastZero("spread", spread);
    }

    @Override
    public double drawMillis(SeededRandom random) {
      return medianMillis * StrictMath.exp(spread * random.normal());
    }
  }

  private static void requireAtLeastZero(String what, double value) {
    if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          what + ": expected a number of at least 0, found " + value);
    }
  }
}
