package dev.tributary.simulations.report;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A run's summary as JSON, with the field names that the command line promises; what is not finite
 * is null.
 */
public final class SummaryJson {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private SummaryJson() {}

  /** The figures: what every command about a run prints with {@code --json}. */
  public static Map<String, @Nullable Object> fields(RunSummary summary) {
    var fields = new LinkedHashMap<String, @Nullable Object>();
    fields.put("accuracy", finite(summary.accuracy()));
    fields.put("loss", finite(summary.loss()));
    fields.put("macroF1", finite(summary.macroF1()));
    fields.put("rounds", summary.rounds());
    fields.put("devices", summary.devices());
    fields.put("seconds", finite(summary.seconds()));
    fields.put("bytesUp", summary.bytesUp());
    fields.put("bytesDown", summary.bytesDown());
    fields.put("modelDigest", summary.modelDigest());
    return fields;
  }

  /** JSON has no word for what is not a number: the figure of a model that diverged is null. */
  private static @Nullable Double finite(double figure) {
    return Double.isFinite(figure) ? figure : null;
  }

  /** The summary with its scenario and settings. */
  static ObjectNode of(RunSummary summary) {
    ObjectNode json = object();
    json.put("scenario", summary.scenario());
    json.setAll(JSON.<ObjectNode>valueToTree(fields(summary)));
    ObjectNode settings = json.putObject("settings");
    summary.settings().forEach(settings::put);
    return json;
  }

  /** The summary with the F1 of each class after the last evaluation: what is kept in a file. */
  static ObjectNode of(RunRecord run) {
    ObjectNode json = of(run.summary());
    run.rounds().stream()
        .filter(RoundRow::evaluated)
        .reduce((earlier, later) -> later)
        .ifPresent(
            last -> {
              ArrayNode byClass = json.putArray("f1ByClass");
              for (int label = 0; label < last.f1ByClass().length; label++) {
                ObjectNode entry = byClass.addObject().put("class", run.classNames().get(label));
                put(entry, "f1", last.f1ByClass()[label]);
              }
            });
    return json;
  }

  /** An object without fields. */
  static ObjectNode object() {
    return JSON.createObjectNode();
  }

  static void put(ObjectNode json, String field, double value) {
    if (Double.isFinite(value)) {
      json.put(field, value);
    } else {
      json.putNull(field);
    }
  }
}
