package dev.tributary.aggregation.mask.graph;

import java.math.BigDecimal;

/**
 * What is assumed of the devices that advertised for a round, and how surely the graph is to hold
 * under it. Fractions are counted in millionths: binary fractions such as 0.29 * 100 = 28.999...
 * would round to other counts in other languages.
 *
 * @param devices n, those that advertised, {@value #LEAST_DEVICES} to {@value #MOST_DEVICES}
 * @param corruptPerMillion gamma, the fraction of them that obeys the adversary, in [0, 10^6)
 * @param dropoutPerMillion delta, the fraction of them that drops out, each as likely as the other,
 *     in [0, 10^6)
 * @param adversary what the coordinator does
 * @param securityBits sigma: the adversary succeeds with probability 2^-sigma at most, 1 to 80
 * @param correctnessBits eta: some device has too few neighbours left, although no more than the
 *     assumed devices dropped out, with probability 2^-eta at most, 1 to 80
 */
public record CohortAssumptions(
    int devices,
    int corruptPerMillion,
    int dropoutPerMillion,
    Adversary adversary,
    int securityBits,
    int correctnessBits) {

  /**
   * The smallest cohort: each device needs two neighbours, because one share must not be the
   * secret.
   */
  public static final int LEAST_DEVICES = 3;

  /** The largest cohort for which all arithmetic here is known to be exact enough. */
  public static final int MOST_DEVICES = 1 << 20;

  /** sigma unless said otherwise. */
  public static final int DEFAULT_SECURITY_BITS = 40;

  /** eta unless said otherwise. */
  public static final int DEFAULT_CORRECTNESS_BITS = 30;

  private static final int MILLION = 1_000_000;

  /** The largest sigma and eta that the bounds are computed for. */
  public static final int MOST_BITS = 80;

  public CohortAssumptions {
    if (devices < LEAST_DEVICES || devices > MOST_DEVICES) {
      throw new IllegalArgumentException(
          "devices: expected "
              + LEAST_DEVICES
              + " (each needs two neighbours, or one share would be the secret) to "
              + MOST_DEVICES
              + ", got "
              + devices);
    }
    requireFraction("corrupt", corruptPerMillion);
    requireFraction("dropout", dropoutPerMillion);
    requireBits("securityBits", securityBits);
    requireBits("correctnessBits", correctnessBits);
  }

  /**
   * The assumptions with sigma = 40 and eta = 30.
   *
   * @param corruptFraction gamma, a multiple of 0.000001 in [0, 1)
   * @param dropoutFraction delta, a multiple of 0.000001 in [0, 1)
   */
  public static CohortAssumptions of(
      int devices, double corruptFraction, double dropoutFraction, Adversary adversary) {
    return new CohortAssumptions(
        devices,
        perMillion("corrupt", corruptFraction),
        perMillion("dropout", dropoutFraction),
        adversary,
        DEFAULT_SECURITY_BITS,
        DEFAULT_CORRECTNESS_BITS);
  }

  /** The same of another number of devices. */
  public CohortAssumptions withDevices(int devices) {
    return new CohortAssumptions(
        devices, corruptPerMillion, dropoutPerMillion, adversary, securityBits, correctnessBits);
  }

  /** The same with other exponents sigma and eta. */
  public CohortAssumptions withBits(int securityBits, int correctnessBits) {
    return new CohortAssumptions(
        devices, corruptPerMillion, dropoutPerMillion, adversary, securityBits, correctnessBits);
  }

  /**
   * How many devices are corrupt: floor(gamma n), but at least 1 if gamma is above 0. (In a cohort
   * below 1/gamma the floor is zero, and a threshold for zero would fall to the first corrupt
   * device.)
   */
  public int corrupt() {
    int floor = floor(corruptPerMillion);
    return corruptPerMillion > 0 ? Math.max(1, floor) : floor;
  }

  /** How many devices drop out: floor(delta n), so none in a cohort below 1/delta. */
  public int dropouts() {
    return floor(dropoutPerMillion);
  }

  /** A fraction as people write it: {@code 0.05}. */
  static String fraction(int perMillion) {
    return BigDecimal.valueOf(perMillion, 6).stripTrailingZeros().toPlainString();
  }

  private int floor(int perMillion) {
    return (int) ((long) devices * perMillion / MILLION); // below 2^20 * 10^6, no overflow
  }

  private static int perMillion(String name, double fraction) {
    double millionths = StrictMath.rint(fraction * MILLION);
    // The decimal that was meant is at most a few roundings away from a whole number.
    if (!(fraction >= 0 && fraction < 1) || Math.abs(fraction * MILLION - millionths) > 1e-6) {
      throw new IllegalArgumentException(
          name + " fraction: expected a multiple of 0.000001 in [0, 1), got " + fraction);
    }
    return (int) millionths;
  }

  private static void requireFraction(String name, int perMillion) {
    if (perMillion < 0 || perMillion >= MILLION) {
      throw new IllegalArgumentException(
          name + " fraction in millionths: expected 0 to 999999, got " + perMillion);
    }
  }

  private static void requireBits(String name, int bits) {
    if (bits < 1 || bits > MOST_BITS) {
      throw new IllegalArgumentException(name + ": expected 1 to " + MOST_BITS + ", got " + bits);
    }
  }
}
