package dev.tributary.simulations.bench.secagg;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Who spent how much time of a core on what: of the coordinator the sum by step, of devices what
 * each of a sample spent. Counts the calling thread's time alone. Safe for any thread.
 */
final class CpuLedger {

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final Map<String, Long> coordinatorNanos = new LinkedHashMap<>();
  private final Map<String, List<Double>> deviceMillis = new LinkedHashMap<>();

  /** Work that gives something. */
  @FunctionalInterface
  interface Work<T> {
    T run() throws Exception;
  }

  /** Does a piece of the coordinator's work. */
  <T> T coordinator(String step, Work<T> work) throws Exception {
    long start = THREADS.getCurrentThreadCpuTime();
    T result = work.run();
    charge(step, THREADS.getCurrentThreadCpuTime() - start);
    return result;
  }

  /** Charges the coordinator for what was measured otherwise. */
  synchronized void charge(String step, long nanos) {
    coordinatorNanos.merge(step, nanos, Long::sum);
  }

  /** Does a step of one device of the sample. */
  <T> T device(String step, Work<T> work) throws Exception {
    long start = THREADS.getCurrentThreadCpuTime();
    T result = work.run();
    double millis = (THREADS.getCurrentThreadCpuTime() - start) / 1e6;
    synchronized (this) {
      deviceMillis.computeIfAbsent(step, none -> new ArrayList<>()).add(millis);
    }
    return result;
  }

  /** Core-seconds of the coordinator by step. */
  synchronized Map<String, Double> coreSeconds() {
    Map<String, Double> seconds = new LinkedHashMap<>();
    coordinatorNanos.forEach((step, nanos) -> seconds.put(step, nanos / 1e9));
    return seconds;
  }

  /** Milliseconds of a core that a device spends, the median of the sample, by step. */
  synchronized Map<String, Double> deviceMillis() {
    Map<String, Double> medians = new LinkedHashMap<>();
    deviceMillis.forEach((step, all) -> medians.put(step, median(all)));
    return medians;
  }

  static double median(List<Double> values) {
    List<Double> sorted = new ArrayList<>(values);
    Collections.sort(sorted);
    return sorted.get(sorted.size() / 2);
  }
}
