package dev.tributary.simulations.chaos;

import dev.tributary.simulations.chaos.Schedule.Timed;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Leaves out operations of a schedule as long as the same kind of thing still does not hold: ever
 * smaller parts, down to single ones (delta debugging; Zeller and Hildebrandt, "Simplifying and
 * Isolating Failure-Inducing Input", IEEE TSE 2002).
 */
final class Shrinker {
  private static final int MOST_RUNS = 200;

  private final Runner runner;
  private int runCount;

  /** Runs a schedule. */
  interface Runner {
    Outcome run(Schedule schedule) throws IOException, SQLException;
  }

  Shrinker(Runner runner) {
    this.runner = runner;
  }

  /** The outcome of the smallest schedule that was found. */
  Outcome shrink(Outcome failing) throws IOException, SQLException {
    Outcome smallest = failing;
    int part = Math.max(1, smallest.schedule().operations().size() / 2);
    while (part >= 1 && runCount < MOST_RUNS) {
      Optional<Outcome> smaller = withoutPart(smallest, part);
      if (smaller.isPresent()) {
        smallest = smaller.get();
        part = Math.min(part, Math.max(1, smallest.schedule().operations().size() / 2));
      } else {
        part /= 2;
      }
    }
    return smallest;
  }

  private Optional<Outcome> withoutPart(Outcome failing, int part)
      throws IOException, SQLException {
    List<Timed> operations = failing.schedule().operations();
    for (int from = 0; from < operations.size() && runCount < MOST_RUNS; from += part) {
      var left = new ArrayList<>(operations);
      left.subList(from, Math.min(operations.size(), from + part)).clear();
      runCount++;
      Outcome outcome = runner.run(failing.schedule().with(left));
      if (isSame(failing, outcome)) {
        return Optional.of(outcome);
      }
    }
    return Optional.empty();
  }

  private static boolean isSame(Outcome failing, Outcome other) {
    return !other.violations().isEmpty()
        && kind(other.violations().getFirst()).equals(kind(failing.violations().getFirst()));
  }

  /** What did not hold, without numbers. */
  private static String kind(String violation) {
    return violation.split("[0-9:]", 2)[0];
  }
}
