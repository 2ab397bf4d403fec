package dev.tributary.simulations.cli.publish;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tributary.simulations.cli.operator.Output;
import dev.tributary.simulations.cli.operator.Table;
import java.io.PrintWriter;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.StreamSupport;

/**
 * What changed from one published version to another: the size of each kind of artifact and of the
 * delta between the two, and how good the versions and their files are on the same data. In each
 * entry {@code older} and {@code newer} are there where that version has it, {@code change} (newer
 * less older) where both do, to the millionth; shares are in [0, 1].
 */
final class VersionDiff {

  private static final List<String> FIGURES = List.of("accuracy", "loss", "macroRecall", "macroF1");
  private static final List<String> CLASS_FIGURES = List.of("recall", "f1");
  private static final double MILLION = 1e6;

  private VersionDiff() {}

  /**
   * The comparison as a document.
   *
   * @param older manifest
   * @param newer manifest
   */
  static ObjectNode of(JsonNode older, JsonNode newer) {
    ObjectNode diff = object();
    var artifacts = diff.putArray("artifacts");
    for (String kind : keys("kind", older.path("artifacts"), newer.path("artifacts"))) {
      artifacts.add(artifact(kind, older, newer));
    }
    var metrics = diff.putArray("metrics");
    for (String data : keys("data", older.path("metrics"), newer.path("metrics"))) {
      metrics.add(metrics(data, older, newer));
    }
    return diff;
  }

  /** Each value of a member once, in the order of the newer list, then of the older. */
  private static Set<String> keys(String member, JsonNode older, JsonNode newer) {
    Set<String> keys = new LinkedHashSet<>();
    newer.forEach(entry -> keys.add(entry.path(member).asText()));
    older.forEach(entry -> keys.add(entry.path(member).asText()));
    return keys;
  }

  private static ObjectNode artifact(String kind, JsonNode older, JsonNode newer) {
    JsonNode before = named(older.path("artifacts"), "kind", kind);
    JsonNode now = named(newer.path("artifacts"), "kind", kind);
    ObjectNode entry = object().put("kind", kind);
    ObjectNode bytes = entry.putObject("bytes");
    if (before.isObject()) {
      bytes.put("older", before.path("bytes").asLong());
    }
    if (now.isObject()) {
      bytes.put("newer", now.path("bytes").asLong());
    }
    if (before.isObject() && now.isObject()) {
      bytes.put("change", now.path("bytes").asLong() - before.path("bytes").asLong());
      for (JsonNode delta : newer.path("deltas")) {
        if (delta.path("from").equals(before.path("digest"))
            && delta.path("to").equals(now.path("digest"))) {
          entry.put("deltaBytes", delta.path("bytes").asLong());
        }
      }
      compareFiles(entry, before, now);
    }
    return entry;
  }

  /** Of two files only what was measured of both says anything. */
  private static void compareFiles(ObjectNode entry, JsonNode before, JsonNode now) {
    for (JsonNode measured : now.path("metrics")) {
      String data = measured.path("data").asText();
      if (named(before.path("metrics"), "data", data).isObject()) {
        entry.withArray("metrics").add(metrics(data, before, now));
      }
    }
  }

  /** Of two manifests, or of the entries of two files in them. */
  private static ObjectNode metrics(String data, JsonNode older, JsonNode newer) {
    JsonNode before = named(older.path("metrics"), "data", data);
    JsonNode now = named(newer.path("metrics"), "data", data);
    ObjectNode entry = object().put("data", data);
    ObjectNode examples = entry.putObject("examples");
    if (before.isObject()) {
      examples.put("older", before.path("examples").asLong());
    }
    if (now.isObject()) {
      examples.put("newer", now.path("examples").asLong());
    }
    set(entry, "accuracy", millionths(before, "accuracyPpm"), millionths(now, "accuracyPpm"));
    set(entry, "loss", millionths(before, "lossMillionths"), millionths(now, "lossMillionths"));
    set(entry, "macroRecall", mean(before.path("recallPpm")), mean(now.path("recallPpm")));
    set(entry, "macroF1", mean(before.path("f1Ppm")), mean(now.path("f1Ppm")));
    var classes = entry.putArray("classes");
    int count = Math.max(before.path("recallPpm").size(), now.path("recallPpm").size());
    for (int label = 0; label < count; label++) {
      ObjectNode of = classes.addObject().put("class", label);
      for (String figure : CLASS_FIGURES) {
        set(
            of,
            figure,
            millionth(before.path(figure + "Ppm").path(label)),
            millionth(now.path(figure + "Ppm").path(label)));
      }
    }
    return entry;
  }

  private static double millionths(JsonNode metrics, String member) {
    return millionth(metrics.path(member));
  }

  private static double millionth(JsonNode number) {
    return number.isNumber() ? number.asLong() / MILLION : Double.NaN;
  }

  /** As confusion matrices have it: over all classes, those without examples counting as 0. */
  private static double mean(JsonNode millionths) {
    return StreamSupport.stream(millionths.spliterator(), false)
            .mapToLong(JsonNode::asLong)
            .average()
            .orElse(Double.NaN)
        / MILLION;
  }

  private static void set(ObjectNode entry, String figure, double before, double now) {
    ObjectNode values = entry.putObject(figure);
    if (!Double.isNaN(before)) {
      values.put("older", before);
    }
    if (!Double.isNaN(now)) {
      values.put("newer", now);
    }
    if (!Double.isNaN(now - before)) {
      values.put("change", Math.rint((now - before) * MILLION) / MILLION);
    }
  }

  private static JsonNode named(JsonNode list, String member, String value) {
    for (JsonNode entry : list) {
      if (entry.path(member).asText().equals(value)) {
        return entry;
      }
    }
    return MissingNode.getInstance();
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  /** The comparison for people to read. */
  static void print(JsonNode diff, PrintWriter out) {
    Table files = new Table("kind", "bytes before", "bytes now", "change", "delta");
    for (JsonNode artifact : diff.path("artifacts")) {
      JsonNode bytes = artifact.path("bytes");
      files.row(
          Output.text(artifact, "kind"),
          Output.text(bytes, "older"),
          Output.text(bytes, "newer"),
          bytes.has("change")
              ? String.format(Locale.ROOT, "%+d", bytes.path("change").asLong())
              : "-",
          Output.text(artifact, "deltaBytes"));
    }
    files.print(out);
    for (JsonNode metrics : diff.path("metrics")) {
      printFigures("on " + Output.text(metrics, "data"), metrics, out);
      printClasses(metrics.path("classes"), out);
    }
    for (JsonNode artifact : diff.path("artifacts")) {
      for (JsonNode metrics : artifact.path("metrics")) {
        printFigures(
            Output.text(artifact, "kind") + " on " + Output.text(metrics, "data"), metrics, out);
      }
    }
  }

  private static void printFigures(String title, JsonNode metrics, PrintWriter out) {
    JsonNode examples = metrics.path("examples");
    out.println();
    Table figures = new Table(title, "before", "now", "change");
    figures.row("examples", Output.text(examples, "older"), Output.text(examples, "newer"), "-");
    for (String figure : FIGURES) {
      JsonNode values = metrics.path(figure);
      figures.row(
          figure,
          shown(figure, values.path("older")),
          shown(figure, values.path("newer")),
          change(figure, values.path("change")));
    }
    figures.print(out);
  }

  private static void printClasses(JsonNode classes, PrintWriter out) {
    if (classes.isEmpty()) {
      return;
    }
    Table table =
        new Table("class", "recall before", "now", "change", "f1 before", "now", "change");
    for (JsonNode of : classes) {
      table.row(
          Output.text(of, "class"),
          Output.percent(of.path("recall").path("older")),
          Output.percent(of.path("recall").path("newer")),
          change("recall", of.path("recall").path("change")),
          Output.percent(of.path("f1").path("older")),
          Output.percent(of.path("f1").path("newer")),
          change("f1", of.path("f1").path("change")));
    }
    table.print(out);
  }

  private static String shown(String figure, JsonNode value) {
    return figure.equals("loss") ? Output.decimal(value) : Output.percent(value);
  }

  /** Of shares in percentage points. */
  private static String change(String figure, JsonNode value) {
    if (!value.isNumber()) {
      return "-";
    }
    return figure.equals("loss")
        ? String.format(Locale.ROOT, "%+.4f", value.doubleValue())
        : String.format(Locale.ROOT, "%+.2f", 100 * value.doubleValue());
  }
}
