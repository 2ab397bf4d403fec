package dev.tributary.simulations.chaos;

import dev.tributary.simulations.chaos.fault.Tally;
import java.util.List;

/**
 * What became of one schedule.
 *
 * @param digest of everything that happened
 * @param operations carried out, by kind
 * @param faults that struck, by kind
 * @param rounds by how they ended
 * @param violations what did not hold
 * @param lastEvents the end of what happened
 */
public record Outcome(
    Schedule schedule,
    long digest,
    long steps,
    Tally operations,
    Tally faults,
    Tally rounds,
    List<String> violations,
    List<String> lastEvents) {}
