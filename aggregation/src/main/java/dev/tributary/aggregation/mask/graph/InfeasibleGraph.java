package dev.tributary.aggregation.mask.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.IntFunction;

/**
 * Says why a cohort has no masking graph, and every single change of a number that gives it one.
 */
final class InfeasibleGraph {

  private static final long MILLION = 1_000_000;

  private InfeasibleGraph() {}

  static String explain(CohortAssumptions cohort) {
    int devices = cohort.devices();
    return "no masking graph for "
        + devices
        + " devices, adversary "
        + cohort.adversary()
        + ", corrupt fraction "
        + share(cohort.corruptPerMillion(), cohort.corrupt())
        + ", dropout fraction "
        + share(cohort.dropoutPerMillion(), cohort.dropouts())
        + ": "
        + reason(cohort)
        + "; "
        + remedy(cohort);
  }

  private static String reason(CohortAssumptions cohort) {
    int others = cohort.devices() - 1;
    if (others > GraphParameters.MOST_NEIGHBOURS) {
      return "more than "
          + GraphParameters.MOST_NEIGHBOURS
          + " neighbours a device would be needed, if any number is enough";
    }
    return "with all others as neighbours a device may keep only "
        + Math.max(0, others - cohort.dropouts())
        + " of them, and the threshold must be at least "
        + cohort.adversary().leastThreshold(others, cohort.corrupt());
  }

  private static String remedy(CohortAssumptions cohort) {
    List<String> changes = new ArrayList<>();
    largestFeasible(cohort.dropoutPerMillion(), p -> withDropout(cohort, p))
        .ifPresent(p -> changes.add(atMost("dropout", cohort, withDropout(cohort, p).dropouts())));
    largestFeasible(cohort.corruptPerMillion(), p -> withCorrupt(cohort, p))
        .ifPresent(p -> changes.add(atMost("corrupt", cohort, withCorrupt(cohort, p).corrupt())));
    moreDevices(cohort).ifPresent(more -> changes.add("raise devices to " + more));
    int completable = GraphParameters.MOST_NEIGHBOURS + 1;
    if (cohort.devices() > completable && feasible(cohort.withDevices(completable))) {
      changes.add("lower devices to " + completable);
    }
    return changes.isEmpty()
        ? "lower both the corrupt and the dropout fraction"
        : String.join(", or ", changes);
  }

  /** The largest fraction in millionths, below one that is infeasible. Fewer is never harder. */
  private static OptionalInt largestFeasible(int infeasible, IntFunction<CohortAssumptions> at) {
    if (infeasible == 0 || !feasible(at.apply(0))) {
      return OptionalInt.empty();
    }
    int good = 0;
    for (int bad = infeasible; bad - good > 1; ) {
      int middle = (good + bad) >>> 1;
      if (feasible(at.apply(middle))) {
        good = middle;
      } else {
        bad = middle;
      }
    }
    return OptionalInt.of(good);
  }

  /**
   * A larger cohort that is feasible with the same fractions: not always the smallest, because a
   * fraction of n is rounded down and the bounds go up and down with it.
   */
  private static OptionalInt moreDevices(CohortAssumptions cohort) {
    int bad = cohort.devices();
    for (long next = 2L * bad; next <= CohortAssumptions.MOST_DEVICES; next *= 2) {
      int good = (int) next;
      if (!feasible(cohort.withDevices(good))) {
        bad = good;
        continue;
      }
      while (good - bad > 1) {
        int middle = (good + bad) >>> 1;
        if (feasible(cohort.withDevices(middle))) {
          good = middle;
        } else {
          bad = middle;
        }
      }
      return OptionalInt.of(good);
    }
    return OptionalInt.empty();
  }

  private static boolean feasible(CohortAssumptions cohort) {
    return GraphParameterFinder.search(cohort).isPresent();
  }

  private static CohortAssumptions withDropout(CohortAssumptions cohort, int perMillion) {
    return new CohortAssumptions(
        cohort.devices(),
        cohort.corruptPerMillion(),
        perMillion,
        cohort.adversary(),
        cohort.securityBits(),
        cohort.correctnessBits());
  }

  private static CohortAssumptions withCorrupt(CohortAssumptions cohort, int perMillion) {
    return new CohortAssumptions(
        cohort.devices(),
        perMillion,
        cohort.dropoutPerMillion(),
        cohort.adversary(),
        cohort.securityBits(),
        cohort.correctnessBits());
  }

  /** The shortest fraction that stands for so many devices. */
  private static String atMost(String name, CohortAssumptions cohort, int count) {
    long perMillion = (count * MILLION + cohort.devices() - 1) / cohort.devices();
    return "lower the "
        + name
        + " fraction to "
        + share((int) perMillion, count)
        + (count == 0 ? "" : " or less");
  }

  private static String share(int perMillion, int count) {
    return CohortAssumptions.fraction(perMillion)
        + " ("
        + count
        + (count == 1 ? " device)" : " devices)");
  }
}
