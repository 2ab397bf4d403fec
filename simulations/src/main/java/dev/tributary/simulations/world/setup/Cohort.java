package dev.tributary.simulations.world.setup;

import dev.tributary.simulations.data.SeededRandom;
import dev.tributary.simulations.scenario.DropOutStep;
import dev.tributary.simulations.scenario.Scenario;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Who takes part in one round, and how: a function of the scenario's seed and the round's number
 * alone, so that every transport and every number of threads sees the same round.
 *
 * @param round counted from 1
 * @param reporting devices that will send an update, in the order in which it arrives
 * @param droppedOut chosen devices that will not: they fail, or would come after the deadline
 * @param dropOutStep when each device that drops out of a secure round does; those that do {@code
 *     AFTER_UPLOAD} are among {@code reporting}, all others are {@code droppedOut}
 * @param latencyMillis of each device of {@code reporting}, in the same order, ascending
 */
@SuppressWarnings("ArrayRecordComponent") // made here, read here, never compared
public record Cohort(
    int round,
    int[] reporting,
    int[] droppedOut,
    Map<Integer, DropOutStep> dropOutStep,
    double[] latencyMillis) {

  private static final DropOutStep[] STEPS = DropOutStep.values();

  /** The cohort of a round. */
  public static Cohort of(Scenario scenario, int round) {
    int[] chosen =
        SeededRandom.of(scenario.seed(), "cohort", round).permutation(scenario.devices());
    double[] latency = new double[scenario.devices()];
    boolean[] drops = new boolean[scenario.devices()];
    Map<Integer, DropOutStep> steps = new TreeMap<>();
    int[] sure =
        SeededRandom.of(scenario.seed(), "drop-outs", round).permutation(scenario.cohort());
    for (int i = 0; i < scenario.behaviour().dropOuts(); i++) {
      drops[chosen[sure[i]]] = true;
    }
    for (int i = 0; i < scenario.cohort(); i++) {
      int device = chosen[i];
      SeededRandom random =
          SeededRandom.of(scenario.seed(), "behaviour", (long) round * scenario.devices() + device);
      drops[device] |= random.uniform() < scenario.behaviour().dropOutRate();
      latency[device] = scenario.behaviour().latency().drawMillis(random);
      boolean late = latency[device] > scenario.behaviour().deadlineMillis();
      if (scenario.secureAggregation().isPresent() && (late || drops[device])) {
        DropOutStep step = drops[device] ? step(scenario, round, device) : DropOutStep.AFTER_SHARES;
        steps.put(device, step);
        drops[device] = step != DropOutStep.AFTER_UPLOAD;
      } else {
        drops[device] |= late;
      }
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
        Map.copyOf(steps),
        Arrays.stream(reporting).mapToDouble(device -> latency[device]).toArray());
  }

  private static DropOutStep step(Scenario scenario, int round, int device) {
    return scenario
        .behaviour()
        .dropOutStep()
        .orElseGet(
            () ->
                STEPS[
                    SeededRandom.of(
                            scenario.seed(),
                            "drop-out-step",
                            (long) round * scenario.devices() + device)
                        .below(STEPS.length)]);
  }

  /** Whether a device drops out of a secure round at this step. */
  public boolean dropsOut(int device, DropOutStep step) {
    return dropOutStep.get(device) == step;
  }

  /** How many devices were chosen. */
  public int size() {
    return reporting.length + droppedOut.length;
  }
}
