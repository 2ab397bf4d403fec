package dev.tributary.simulations.chaos;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A world before it begins.
 *
 * @param operations what is done to it, in the order of their times
 */
public record Schedule(long seed, Terms terms, List<Timed> operations) {

  /**
   * An operation and its time.
   *
   * @param at since the beginning of the world
   */
  public record Timed(Duration at, Operation operation) {}

  public Schedule {
    operations = List.copyOf(operations);
  }

  Schedule with(List<Timed> others) {
    return new Schedule(seed, terms, others);
  }

  /** When the last operation is due. */
  Duration length() {
    return operations.isEmpty() ? Duration.ZERO : operations.getLast().at();
  }

  @Override
  public String toString() {
    return "seed %d, %s%n".formatted(seed, terms)
        + operations.stream()
            .map(
                timed -> "  %10.3f s  %s".formatted(timed.at().toMillis() / 1e3, timed.operation()))
            .collect(Collectors.joining("\n"));
  }
}
