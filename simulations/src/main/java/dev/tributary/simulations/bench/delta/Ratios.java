package dev.tributary.simulations.bench.delta;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** How many times smaller than the whole float32 model something was, version by version. */
final class Ratios {

  private final List<Double> values = new ArrayList<>();

  void add(long wholeBytes, long bytes) {
    values.add(wholeBytes / (double) bytes);
  }

  boolean isEmpty() {
    return values.isEmpty();
  }

  /** The middle one, or the mean of the two in the middle. */
  double median() {
    List<Double> sorted = new ArrayList<>(values);
    Collections.sort(sorted);
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  Map<String, Object> fields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("medianRatio", median());
    fields.put("minRatio", Collections.min(values));
    fields.put("maxRatio", Collections.max(values));
    fields.put("versions", values.size());
    return fields;
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%.2fx (%.2f to %.2f)",
        median(),
        Collections.min(values),
        Collections.max(values));
  }
}
