package dev.tributary.aggregation.secagg;

import dev.tributary.aggregation.protocol.secagg.roster.RosterEntry;
import dev.tributary.aggregation.secagg.coordinator.Roster;
import dev.tributary.security.agreement.CipherSuite;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Who drops out before which step, and what comes of it: the rules of the design once more, as sets
 * of places and nothing else.
 *
 * @param seed of everything in it
 * @param leaves by device in the order of ids: the first step (0 to 4) that it does not take, 5 for
 *     none
 */
record Schedule(
    long seed,
    CipherSuite suite,
    int minimumSurvivors,
    int dropoutPerMyriad,
    boolean confirmation,
    int[] leaves) {

  static final int NEVER = 5;
  private static final double[] LEAVING = {0.03, 0.1, 0.3, 0.6};

  static Schedule random(long seed, CipherSuite suite, int least, int most) {
    SplittableRandom random = new SplittableRandom(seed);
    int spread = 1 + random.nextInt(most - least + 1);
    int devices = least + random.nextInt(spread); // small ones more often
    double leaving = LEAVING[random.nextInt(LEAVING.length)];
    return new Schedule(
        seed,
        suite,
        random.nextInt(2, random.nextInt(2) == 0 ? devices + 1 : Math.max(3, devices / 3)),
        1000 * random.nextInt(4),
        random.nextInt(4) != 0,
        IntStream.range(0, devices)
            .map(i -> random.nextDouble() < leaving ? random.nextInt(NEVER) : NEVER)
            .toArray());
  }

  boolean takes(int device, int step) {
    return leaves[device] > step;
  }

  /** What should come of it. */
  enum Outcome {
    NO_ROSTER,
    TOO_FEW,
    NOT_CONFIRMED,
    NOT_READY,
    OPENED
  }

  /** Places of the roster, step by step. */
  record Expected(
      Outcome outcome, Set<Integer> masking, Set<Integer> survivors, Set<Integer> answering) {}

  /** What should come of it over this roster; {@code takes} is by place. */
  Expected expected(Roster roster, Steps takes) {
    int floor = roster.parameters().aliveFloor();
    Set<Integer> all = places(roster.size(), i -> true);
    Set<Integer> dealt = places(roster.size(), i -> takes.at(i, 1));
    Set<Integer> masking = filtered(dealt, i -> alive(roster, i, dealt) >= floor);
    Set<Integer> survivors = filtered(masking, i -> takes.at(i, 2));
    if (survivors.size() < minimumSurvivors) {
      return new Expected(Outcome.TOO_FEW, masking, survivors, Set.of());
    }
    Set<Integer> content = filtered(survivors, i -> alive(roster, i, survivors) >= floor);
    Set<Integer> confirming = confirmation ? filtered(content, i -> takes.at(i, 3)) : content;
    int quorum = roster.terms().confirmationQuorum(all.size());
    if (confirmation && confirming.size() < quorum) {
      return new Expected(Outcome.NOT_CONFIRMED, masking, survivors, Set.of());
    }
    Set<Integer> answering =
        filtered(confirming, i -> takes.at(i, 4) && (confirmation || takes.at(i, 3)));
    int threshold = roster.parameters().threshold();
    boolean ready =
        dealt.stream()
            .filter(i -> survivors.contains(i) || alive(roster, i, survivors) > 0)
            .allMatch(i -> alive(roster, i, answering) >= threshold);
    return new Expected(ready ? Outcome.OPENED : Outcome.NOT_READY, masking, survivors, answering);
  }

  /** Whether the device at a place takes a step. */
  @FunctionalInterface
  interface Steps {
    boolean at(int place, int step);
  }

  private static int alive(Roster roster, int index, Set<Integer> present) {
    return (int)
        roster.answerFor(index).neighbours().stream()
            .map(RosterEntry::index)
            .filter(present::contains)
            .count();
  }

  private static Set<Integer> places(int size, IntPredicate in) {
    return IntStream.range(0, size)
        .filter(in)
        .boxed()
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<Integer> filtered(Set<Integer> set, IntPredicate in) {
    return set.stream().filter(in::test).collect(Collectors.toCollection(TreeSet::new));
  }

  @Override
  public String toString() {
    return "seed " + seed + ", " + suite + ", " + leaves.length + " devices";
  }
}
