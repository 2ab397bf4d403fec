package dev.tributary.aggregation.protocol.secagg;

import dev.tributary.aggregation.mask.graph.Adversary;
import dev.tributary.aggregation.protocol.FieldRules;
import dev.tributary.security.agreement.CipherSuite;

/**
 * What the protection of the updates of a round rests on.
 *
 * <p>Degree and thresholds of the graph are not in it: both ends compute them from these numbers
 * and the number of devices, so that a coordinator cannot hand out weaker ones.
 *
 * @param suite the algorithms
 * @param adversary what the coordinator is assumed to do
 * @param corruptPerMyriad the fraction of devices that obeys the adversary, in units of 1/10000,
 *     0..{@value #MAXIMUM_CORRUPT_PER_MYRIAD}
 * @param dropoutPerMyriad the fraction of devices that drops out, in units of 1/10000, 0..{@value
 *     #MAXIMUM_DROPOUT_PER_MYRIAD}
 * @param securityBits sigma: the adversary succeeds with probability 2^-sigma at most, {@value
 *     #MINIMUM_SECURITY_BITS}..{@value #MAXIMUM_BITS}
 * @param correctnessBits eta: the round fails by chance with probability 2^-eta at most, {@value
 *     #MINIMUM_CORRECTNESS_BITS}..{@value #MAXIMUM_BITS}
 * @param minimumSurvivors with fewer updates in the shard nothing of it is revealed, 2..{@value
 *     SecAggRules#MAXIMUM_DEVICES}
 * @param confirmation whether devices confirm to each other who is in the sum
 * @param shard which part of the cohort this is, {@code 0..shardCount-1}
 * @param shardCount into how many parts the cohort is split, 1..{@value
 *     SecAggRules#MAXIMUM_DEVICES}
 */
public record SecureAggregationParameters(
    CipherSuite suite,
    Adversary adversary,
    int corruptPerMyriad,
    int dropoutPerMyriad,
    int securityBits,
    int correctnessBits,
    int minimumSurvivors,
    boolean confirmation,
    int shard,
    int shardCount) {

  /** The largest fraction of corrupt devices: half of them. */
  public static final int MAXIMUM_CORRUPT_PER_MYRIAD = 5000;

  /** The largest fraction of dropouts. */
  public static final int MAXIMUM_DROPOUT_PER_MYRIAD = 9000;

  /** The smallest sigma. */
  public static final int MINIMUM_SECURITY_BITS = 20;

  /** The smallest eta. */
  public static final int MINIMUM_CORRECTNESS_BITS = 10;

  /** The largest sigma and eta. */
  public static final int MAXIMUM_BITS = 80;

  /**
   * Parameters.
   *
   * @throws dev.tributary.aggregation.protocol.InvalidFieldException when a field is out of range
   */
  public SecureAggregationParameters {
    inRange("corrupt_per_myriad", corruptPerMyriad, 0, MAXIMUM_CORRUPT_PER_MYRIAD);
    inRange("dropout_per_myriad", dropoutPerMyriad, 0, MAXIMUM_DROPOUT_PER_MYRIAD);
    inRange("security_bits", securityBits, MINIMUM_SECURITY_BITS, MAXIMUM_BITS);
    inRange("correctness_bits", correctnessBits, MINIMUM_CORRECTNESS_BITS, MAXIMUM_BITS);
    inRange("minimum_survivors", minimumSurvivors, 2, SecAggRules.MAXIMUM_DEVICES);
    inRange("shard_count", shardCount, 1, SecAggRules.MAXIMUM_DEVICES);
    inRange("shard", shard, 0, shardCount - 1);
  }

  private static void inRange(String field, int value, int minimum, int maximum) {
    FieldRules.inRange("secure_aggregation." + field, value, minimum, maximum);
  }
}
