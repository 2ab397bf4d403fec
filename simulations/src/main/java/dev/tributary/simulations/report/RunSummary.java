package dev.tributary.simulations.report;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a whole run came to.
 *
 * @param scenario the name of what was run
 * @param settings the settings in force, by key, in the order to show them
 * @param rounds how many rounds were run
 * @param devices how many devices there were
 * @param accuracy of the final model on the test rows, in [0, 1]
 * @param loss mean loss of a test row under the final model, in nats
 * @param macroF1 the mean of the F1 scores of the classes, in [0, 1]
 * @param bytesUp bytes all devices sent in all rounds
 * @param bytesDown bytes all devices received in all rounds
 * @param seconds the time of the run on this machine, without loading data
 * @param modelDigest SHA-256 of the final model's file, 64 lower hex
 */
public record RunSummary(
    String scenario,
    Map<String, String> settings,
    int rounds,
    int devices,
    double accuracy,
    double loss,
    double macroF1,
    long bytesUp,
    long bytesDown,
    double seconds,
    String modelDigest) {

  public RunSummary {
    settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
  }
}
