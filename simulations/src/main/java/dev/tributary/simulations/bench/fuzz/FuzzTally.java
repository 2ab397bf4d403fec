package dev.tributary.simulations.bench.fuzz;

import dev.tributary.simulations.bench.fuzz.Fault.Kind;
import dev.tributary.simulations.bench.fuzz.mutate.RawRequest;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What has been counted so far. Any thread. */
final class FuzzTally {

  private static final int MOST_EXAMPLES = 40;

  private final Map<String, Long> byStatus = new TreeMap<>();
  private final Map<Kind, Long> byFault = new EnumMap<>(Kind.class);
  private final Map<String, Long> byWhat = new TreeMap<>();
  private long requests;
  private final List<String> examples = new ArrayList<>();

  synchronized void answered(int status) {
    count(Integer.toString(status));
  }

  /** The connection ended instead of an answer. */
  synchronized void unanswered() {
    count("none");
  }

  private void count(String status) {
    requests++;
    byStatus.merge(status, 1L, Long::sum);
  }

  synchronized void fault(long index, RawRequest request, Fault fault) {
    byFault.merge(fault.kind(), 1L, Long::sum);
    String what = fault.what();
    long times = byWhat.merge(what, 1L, Long::sum);
    if (times == 1 && examples.size() < MOST_EXAMPLES) {
      examples.add("request " + index + ": " + what + "\n" + request.excerpt());
    }
  }

  synchronized long requests() {
    return requests;
  }

  synchronized long of(Kind kind) {
    return byFault.getOrDefault(kind, 0L);
  }

  synchronized long faults() {
    return byFault.values().stream().mapToLong(Long::longValue).sum();
  }

  synchronized Map<String, Long> byStatus() {
    return new TreeMap<>(byStatus);
  }

  /** One example of each thing that was wrong, the first one first; at most a few dozen. */
  synchronized List<String> examples() {
    return List.copyOf(examples);
  }
}
