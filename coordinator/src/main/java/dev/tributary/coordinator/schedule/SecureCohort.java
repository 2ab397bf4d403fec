package dev.tributary.coordinator.schedule;

import dev.tributary.aggregation.mask.graph.Adversary;
import dev.tributary.aggregation.mask.graph.CohortAssumptions;
import dev.tributary.aggregation.mask.graph.InfeasibleGraphException;
import dev.tributary.aggregation.protocol.secagg.SecAggRules;
import dev.tributary.aggregation.protocol.secagg.SecureAggregationParameters;
import dev.tributary.coordinator.round.plan.SecureAggregation;
import dev.tributary.coordinator.schedule.TaskConfig.Cohort;
import dev.tributary.security.agreement.CipherSuite;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The section {@code secureAggregation} of a task: its defaults, its form, and whether a cohort can
 * mask with such numbers at all.
 */
final class SecureCohort {
  private static final Map<String, CipherSuite> SUITES =
      Map.of("classic", CipherSuite.CLASSIC, "hybrid", CipherSuite.HYBRID);
  private static final Map<String, Adversary> ADVERSARIES =
      Map.of("active", Adversary.ACTIVE, "semi-honest", Adversary.SEMI_HONEST);
  private static final double MYRIAD = 10_000;
  private static final int SHARD_SIZE = 1024;
  private static final int SMALL_COHORT = 10;
  private static final int SMALLEST_OVER_SELECTED = 5;
  private static final Bounds STEP_SECONDS = new Bounds(0.001, 86_400);
  private static final Bounds CORRUPT =
      new Bounds(0, SecureAggregationParameters.MAXIMUM_CORRUPT_PER_MYRIAD / MYRIAD);
  private static final Bounds DROPOUT =
      new Bounds(0, SecureAggregationParameters.MAXIMUM_DROPOUT_PER_MYRIAD / MYRIAD);

  private SecureCohort() {}

  static SecureAggregation read(ConfigNode node, Cohort cohort) {
    CipherSuite suite = node.choice("suite", SUITES, "classic");
    Adversary adversary = node.choice("adversary", ADVERSARIES, "active");
    int corrupt = perMyriad(node, "corruptFraction", CORRUPT, 0.05);
    int dropout = perMyriad(node, "dropoutFraction", DROPOUT, dropoutFraction(cohort));
    int securityBits =
        node.integer(
            "securityBits",
            SecureAggregationParameters.MINIMUM_SECURITY_BITS,
            CohortAssumptions.MOST_BITS,
            CohortAssumptions.DEFAULT_SECURITY_BITS);
    int correctnessBits =
        node.integer(
            "correctnessBits",
            SecureAggregationParameters.MINIMUM_CORRECTNESS_BITS,
            CohortAssumptions.MOST_BITS,
            CohortAssumptions.DEFAULT_CORRECTNESS_BITS);
    int shardSize =
        node.integer(
            "shardSize", CohortAssumptions.LEAST_DEVICES, SecAggRules.MAXIMUM_DEVICES, SHARD_SIZE);
    int minimumSurvivors =
        node.integer(
            "minimumSurvivors",
            2,
            SecAggRules.MAXIMUM_DEVICES,
            minimumSurvivors(cohort, shardSize));
    boolean confirmation = node.flag("confirmation", false);
    Duration step =
        Duration.ofNanos(Math.round(node.number("stepSeconds", STEP_SECONDS, 60) * 1e9));
    node.finish();
    return new SecureAggregation(
        suite,
        adversary,
        corrupt,
        dropout,
        securityBits,
        correctnessBits,
        minimumSurvivors,
        confirmation,
        step,
        shardSize);
  }

  /**
   * What over-selection leaves out of a round, and some more. Of a few devices less, because one is
   * always taken for corrupt: four of which one may drop out could not mask at all.
   */
  private static double dropoutFraction(Cohort cohort) {
    return cohort.selectionCount() < SMALL_COHORT ? 0.2 : 0.3;
  }

  /** Of very few devices every one is needed to open the sum. */
  static double overSelection(int target) {
    return target < SMALLEST_OVER_SELECTED ? 1 : 1.3;
  }

  /** In one shard what the round asks for; in several a quarter of the largest. */
  private static int minimumSurvivors(Cohort cohort, int shardSize) {
    int least =
        cohort.selectionCount() <= shardSize
            ? cohort.minimum()
            : Math.min(cohort.minimum(), shardSize / 4);
    return Math.max(2, least);
  }

  private static int perMyriad(ConfigNode node, String key, Bounds bounds, double otherwise) {
    double fraction = node.number(key, bounds, otherwise);
    long perMyriad = Math.round(fraction * MYRIAD);
    node.require(key, Math.abs(fraction * MYRIAD - perMyriad) < 1e-6, "a multiple of 0.0001");
    return (int) perMyriad;
  }

  /** What is read back as the same. */
  static Map<String, Object> written(SecureAggregation secure) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("suite", name(SUITES, secure.suite()));
    fields.put("adversary", name(ADVERSARIES, secure.adversary()));
    fields.put("corruptFraction", secure.corruptPerMyriad() / MYRIAD);
    fields.put("dropoutFraction", secure.dropoutPerMyriad() / MYRIAD);
    fields.put("securityBits", secure.securityBits());
    fields.put("correctnessBits", secure.correctnessBits());
    fields.put("minimumSurvivors", secure.minimumSurvivors());
    fields.put("confirmation", secure.confirmation());
    fields.put("stepSeconds", secure.step().toNanos() / 1e9);
    fields.put("shardSize", secure.shardSize());
    return fields;
  }

  private static <T> String name(Map<String, T> names, T value) {
    return names.entrySet().stream()
        .filter(entry -> entry.getValue().equals(value))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow();
  }

  /**
   * That a full cohort can mask, and that the uploads which close its round open it.
   *
   * @throws TaskConfigException otherwise; says which number to change
   */
  static void check(SecureAggregation secure, Cohort cohort) {
    require(
        cohort.target() >= CohortAssumptions.LEAST_DEVICES && cohort.minimum() >= 2,
        "cohort.target must be at least "
            + CohortAssumptions.LEAST_DEVICES
            + " and cohort.minimum at least 2 with protocol secagg, not "
            + cohort.target()
            + " and "
            + cohort.minimum()
            + ": a sum of fewer hides nobody. Raise them, or set protocol to plain, which lets the"
            + " coordinator read every update");
    int invited = cohort.selectionCount();
    int shards = secure.shardCount(invited);
    int smallest = invited / shards;
    int largest = Math.ceilDiv(invited, shards);
    for (int devices : new int[] {smallest, largest}) {
      int least = least(secure, devices);
      int counted = cohort.target() / shards;
      require(
          least <= counted,
          "secureAggregation: of "
              + devices
              + " devices that mask with one another "
              + least
              + " must send an update, but cohort.target closes the round at "
              + counted
              + (shards > 1 ? " of a shard" : "")
              + ": lower cohort.overSelection or secureAggregation.minimumSurvivors, or raise"
              + " cohort.target");
    }
  }

  private static int least(SecureAggregation secure, int devices) {
    require(
        devices >= Math.max(secure.minimumSurvivors(), CohortAssumptions.LEAST_DEVICES),
        "secureAggregation.minimumSurvivors must be at most the devices of a shard ("
            + devices
            + "), not "
            + secure.minimumSurvivors());
    try {
      return Math.max(secure.minimumSurvivors(), secure.graph(devices).aliveFloor() + 1);
    } catch (InfeasibleGraphException e) {
      throw new TaskConfigException(
          "secureAggregation (corruptFraction, dropoutFraction): " + e.getMessage());
    }
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new TaskConfigException(otherwise);
    }
  }
}
