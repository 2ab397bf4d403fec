package dev.tributary.simulations.report;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A run's summary as JSON, with the field names that the command line promises; what is not finite
 * is null.
 */
public final class SummaryJson {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private SummaryJson() {}

  /** The summary alone: what a command prints. */
  public static ObjectNode of(RunSummary summary) {
    ObjectNode json = object();
    json.put("scenario", summary.scenario());
    put(json, "accuracy", summary.accuracy());
    put(json, "loss", summary.loss());
    put(json, "macroF1", summary.macroF1());
    json.put("rounds", summary.rounds());
    json.put("devices", summary.devices());
    put(json, "seconds", summary.seconds());
    json.put("bytesUp", summary.bytesUp());
    json.put("bytesDown", summary.bytesDown());
    json.put("modelDigest", summary.modelDigest());
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
