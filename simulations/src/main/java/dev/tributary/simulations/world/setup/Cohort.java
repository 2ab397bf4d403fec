package dev.tributary.simulations.world.setup;

import dev.tributary.simulations.data.SeededRandom;
import dev.tributary.simulations.scenario.Scenario;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Who takes part in one round, and how: a function of the scenario's seed and the round's number
 * alone, so that every transport and every number of threads sees the same round.
 *
 * @param round counted from 1
 * @param reporting devices that will send an update, in the order in which it arrives
 * @param droppedOut chosen devices that will not: they fail, or would come after the deadline
 * @param latencyMillis of each device of {@code reporting}, in the same order, ascending
 */
@SuppressWarnings("ArrayRecordComponent") // made here, read here, never compared
public record Cohort(int round, int[] reporting, int[] droppedOut, double[] latencyMillis) {

  /** The cohort of a round. */
  public static Cohort of(Scenario scenario, int round) {
    int[] chosen =
        SeededRandom.of(scenario.seed(), "cohort", round).permutation(scenario.devices());
    double[] latency = new double[scenario.devices()];
    boolean[] drops = new boolean[scenario.devices()];
    for (int i = 0; i < scenario.cohort(); i++) {
      int device = chosen[i];
      SeededRandom random =
          SeededRandom.of(scenario.seed(), "behaviour", (long) round * scenario.devices() + device);
      drops[device] = random.uniform() < scenario.behaviour().dropOutRate();
      latency[device] = scenario.behaviour().latency().drawMillis(random);
      drops[device] |= latency[device] > scenario.behaviour().deadlineMillis();
    }
    int[] reporting =
        IntStream.of(chosen)
            .limit(scenario.cohort())
            .filter(device -> !drops[device])
            .boxed()
            .sorted(
                Comparator.<Integer>comparingDouble(device -> latency[device])
                    .thenComparing(device -> device))
            .mapToInt(Integer::intValue)
            .toArray();
    int[] droppedOut =
        IntStream.of(chosen)
            .limit(scenario.cohort())
            .filter(device -> drops[device])
            .sorted()
            .toArray();
    return new Cohort(
        round,
        reporting,
        droppedOut,
        Arrays.stream(reporting).mapToDouble(device -> latency[device]).toArray());
  }

  /** How many devices were chosen. */
  public int size() {
    return reporting.length + droppedOut.length;
  }
}
