package dev.tributary.simulations.artifact;

import ai.onnxruntime.OrtException;
import dev.tributary.aggregation.runtime.Examples;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Times artifacts by turns on the calling thread, so that whatever else the machine does falls on
 * all of them alike: the median of the repetitions, after a fifth as many to warm up.
 */
final class LatencyMeter {

  private LatencyMeter() {}

  /**
   * Milliseconds that each runner takes for these rows together.
   *
   * @param repetitions measured turns, at least 1
   */
  static Map<String, Double> medianMillis(
      Map<String, Runner> runners, Examples rows, int repetitions) throws OrtException {
    Map<String, double[]> millis = new LinkedHashMap<>();
    runners.keySet().forEach(name -> millis.put(name, new double[repetitions]));
    int warming = Math.max(2, repetitions / 5);
    for (int turn = -warming; turn < repetitions; turn++) {
      for (Map.Entry<String, Runner> entry : runners.entrySet()) {
        long start = System.nanoTime();
        float[] values = entry.getValue().predict(rows);
        double taken = (System.nanoTime() - start) / 1e6;
        if (values.length == 0) { // looked at, so that none of the work can be left out
          throw new IllegalStateException(entry.getKey() + " predicted nothing");
        }
        if (turn >= 0) {
          millis.getOrDefault(entry.getKey(), new double[repetitions])[turn] = taken;
        }
      }
    }
    Map<String, Double> medians = new LinkedHashMap<>();
    millis.forEach((name, taken) -> medians.put(name, median(taken)));
    return medians;
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
