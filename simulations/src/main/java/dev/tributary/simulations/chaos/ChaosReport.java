package dev.tributary.simulations.chaos;

import dev.tributary.simulations.chaos.fault.Fault;
import dev.tributary.simulations.chaos.fault.Tally;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What many schedules came to. One thread at a time. */
public final class ChaosReport {
  private final Tally operations = new Tally();
  private final Tally faults = new Tally();
  private final Tally rounds = new Tally();
  private int scheduleCount;
  private int violationCount;
  private Optional<Outcome> firstViolation = Optional.empty();

  void add(Outcome outcome) {
    scheduleCount++;
    operations.addAll(outcome.operations());
    faults.addAll(outcome.faults());
    rounds.addAll(outcome.rounds());
    violationCount += outcome.violations().size();
    if (!outcome.violations().isEmpty() && firstViolation.isEmpty()) {
      firstViolation = Optional.of(outcome);
    }
  }

  public int scheduleCount() {
    return scheduleCount;
  }

  public int violationCount() {
    return violationCount;
  }

  /** The first schedule in which something did not hold. */
  public Optional<Outcome> firstViolation() {
    return firstViolation;
  }

  /** How often each fault struck, also those that never did. */
  public Map<String, Integer> faults() {
    Map<String, Integer> all = new TreeMap<>();
    for (Fault fault : Fault.values()) {
      all.put(fault.key(), faults.of(fault.key()));
    }
    return all;
  }

  /** The fields of {@code --json}. */
  public Map<String, @Nullable Object> json() {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("schedules", scheduleCount);
    fields.put("operations", operations.counts());
    fields.put("faults", faults());
    fields.put("rounds", rounds.counts());
    fields.put("violations", violationCount);
    fields.put(
        "firstViolation",
        firstViolation
            .map(
                outcome ->
                    "seed " + outcome.schedule().seed() + ": " + outcome.violations().getFirst())
            .orElse(null));
    return fields;
  }
}
