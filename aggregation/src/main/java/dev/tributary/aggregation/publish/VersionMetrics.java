package dev.tributary.aggregation.publish;

import dev.tributary.aggregation.runtime.ConfusionMatrix;
import dev.tributary.aggregation.runtime.Evaluation;
import dev.tributary.security.json.JsonFields;
import dev.tributary.security.json.JsonValue;
import dev.tributary.security.json.MalformedJsonException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How well a version does on some data, in whole numbers, because signed files hold no others.
 *
 * @param data on which: {@code coordinator}, {@code devices}, or what an operator calls it; 1 to 64
 *     characters
 * @param examples how many, at least 0
 * @param accuracyPpm share told right, in millionths
 * @param lossMillionths mean loss in millionths, cut to [0, 10^12]; the upper end stands for a
 *     model that has diverged
 * @param recallPpm of each class, in millionths
 * @param f1Ppm of each class, in millionths
 */
public record VersionMetrics(
    String data,
    long examples,
    int accuracyPpm,
    long lossMillionths,
    List<Integer> recallPpm,
    List<Integer> f1Ppm) {

  private static final int MILLION = 1_000_000;
  private static final long MAXIMUM_LOSS = 1_000_000_000_000L;
  private static final int MAXIMUM_NAME_CHARS = 64;
  private static final int MAXIMUM_CLASSES = 1 << 16;

  public VersionMetrics {
    recallPpm = List.copyOf(recallPpm);
    f1Ppm = List.copyOf(f1Ppm);
    if (data.isEmpty() || data.length() > MAXIMUM_NAME_CHARS) {
      throw new IllegalArgumentException(
          "data of metrics: expected 1.."
              + MAXIMUM_NAME_CHARS
              + " characters, got "
              + data.length());
    }
    if (examples < 0 || lossMillionths < 0 || lossMillionths > MAXIMUM_LOSS) {
      throw new IllegalArgumentException(
          "metrics: expected examples >= 0 and a loss in 0.." + MAXIMUM_LOSS + " millionths");
    }
    if (recallPpm.size() != f1Ppm.size() || recallPpm.size() > MAXIMUM_CLASSES) {
      throw new IllegalArgumentException(
          "metrics: expected recall and F1 of the same classes, got "
              + recallPpm.size()
              + " and "
              + f1Ppm.size());
    }
    requireShare(accuracyPpm);
    recallPpm.forEach(VersionMetrics::requireShare);
    f1Ppm.forEach(VersionMetrics::requireShare);
  }

  private static void requireShare(int ppm) {
    if (ppm < 0 || ppm > MILLION) {
      throw new IllegalArgumentException("metrics: expected 0.." + MILLION + " ppm, got " + ppm);
    }
  }

  /** What an evaluation says. */
  public static VersionMetrics of(String data, Evaluation evaluation) {
    ConfusionMatrix confusion = evaluation.confusion();
    List<Integer> recall = new ArrayList<>();
    List<Integer> f1 = new ArrayList<>();
    for (int label = 0; label < confusion.classes(); label++) {
      recall.add(ppm(confusion.recall(label)));
      f1.add(ppm(confusion.f1(label)));
    }
    return new VersionMetrics(
        data,
        evaluation.examples(),
        ppm(evaluation.accuracy()),
        lossMillionths(evaluation.meanLoss()),
        recall,
        f1);
  }

  /** A loss as manifests have it: what is no number, as after a divergence, is the largest. */
  public static long lossMillionths(double loss) {
    double millionths = loss * MILLION;
    return millionths >= 0 && millionths < MAXIMUM_LOSS ? Math.round(millionths) : MAXIMUM_LOSS;
  }

  private static int ppm(double share) {
    return (int) Math.round(share * MILLION);
  }

  JsonValue toJson() {
    Map<String, JsonValue> fields = new HashMap<>();
    fields.put("data", JsonValue.of(data));
    fields.put("examples", JsonValue.of(examples));
    fields.put("accuracyPpm", JsonValue.of(accuracyPpm));
    fields.put("lossMillionths", JsonValue.of(lossMillionths));
    fields.put("recallPpm", numbers(recallPpm));
    fields.put("f1Ppm", numbers(f1Ppm));
    return JsonValue.of(fields);
  }

  private static JsonValue numbers(List<Integer> numbers) {
    return JsonValue.of(numbers.stream().map(number -> JsonValue.of((long) number)).toList());
  }

  static VersionMetrics read(JsonFields fields) throws MalformedJsonException {
    var metrics =
        new VersionMetrics(
            fields.text("data", MAXIMUM_NAME_CHARS),
            fields.whole("examples", 0, Long.MAX_VALUE),
            (int) fields.whole("accuracyPpm", 0, MILLION),
            fields.whole("lossMillionths", 0, MAXIMUM_LOSS),
            shares(fields, "recallPpm"),
            shares(fields, "f1Ppm"));
    fields.finish();
    return metrics;
  }

  private static List<Integer> shares(JsonFields fields, String name)
      throws MalformedJsonException {
    List<Integer> shares = new ArrayList<>();
    for (JsonValue item : fields.items(name, MAXIMUM_CLASSES)) {
      if (!(item instanceof JsonValue.Whole whole)
          || whole.number() < 0
          || whole.number() > MILLION) {
        throw new MalformedJsonException(fields.path(name) + ": expected millionths");
      }
      shares.add((int) whole.number());
    }
    return shares;
  }
}
