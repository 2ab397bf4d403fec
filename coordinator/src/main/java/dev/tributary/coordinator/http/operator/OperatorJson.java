package dev.tributary.coordinator.http.operator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tributary.coordinator.access.EnrolledDevice;
import dev.tributary.coordinator.access.IssuedToken;
import dev.tributary.coordinator.registry.ModelMetrics;
import dev.tributary.coordinator.registry.ModelVersion;
import dev.tributary.coordinator.schedule.OperatorDesk.PopulationView;
import dev.tributary.coordinator.schedule.OperatorDesk.TaskView;
import dev.tributary.coordinator.schedule.RoundProgress;
import dev.tributary.security.secret.InsecureSecretAccess;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The documents of the operator API: stable names, instants as ISO 8601 text, absent values left
 * out.
 */
final class OperatorJson {

  private static final ObjectMapper JSON = new ObjectMapper();

  private OperatorJson() {}

  /** One object with one list. */
  static <T> ObjectNode list(String name, List<T> values, Function<T, JsonNode> form) {
    ObjectNode document = object();
    ArrayNode array = document.putArray(name);
    values.forEach(value -> array.add(form.apply(value)));
    return document;
  }

  static ObjectNode population(PopulationView population) {
    ObjectNode json =
        object()
            .put("name", population.name().toString())
            .put("deviceEstimate", population.deviceEstimate());
    ArrayNode tasks = json.putArray("tasks");
    population.tasks().forEach(task -> tasks.add(task.toString()));
    return json;
  }

  static ObjectNode task(TaskView task) {
    ObjectNode json =
        object()
            .put("name", task.config().name().toString())
            .put("population", task.config().population().toString())
            .put("status", task.status().name())
            .put("reason", task.reason())
            .put("createdAt", task.createdAt().toString())
            .put("changedAt", task.changedAt().toString())
            .put("publishedCount", task.publishedCount())
            .put("attemptCount", task.attemptCount());
    task.latest().ifPresent(latest -> json.set("latest", model(latest)));
    ArrayNode running = json.putArray("running");
    task.running().forEach(round -> running.add(round(round)));
    json.set("config", parsed(task.config().toJson()));
    return json;
  }

  static ObjectNode round(RoundProgress round) {
    ObjectNode json =
        object()
            .put("round", round.round().toString())
            .put("task", round.round().task().toString())
            .put("number", round.round().number())
            .put("kind", round.kind().name())
            .put("state", round.state())
            .put("ended", round.ended())
            .put("reason", round.reason())
            .put("at", round.at().toString())
            .put("plannedAt", round.plannedAt().toString())
            .put("selectedCount", round.selectedCount())
            .put("countedCount", round.countedCount())
            .put("droppedCount", round.droppedCount())
            .put("targetCount", round.targetCount())
            .put("minimumCount", round.minimumCount());
    putText(json, "deadline", round.deadline());
    putText(json, "base", round.base());
    putText(json, "result", round.result());
    round.metrics().ifPresent(metrics -> json.set("metrics", metrics(metrics)));
    return json;
  }

  static ObjectNode model(ModelVersion model) {
    ObjectNode json =
        object()
            .put("task", model.task().toString())
            .put("version", model.version())
            .put("digest", model.digest().toString())
            .put("bytes", model.bytes())
            .put("devices", model.devices())
            .put("createdAt", model.createdAt().toString());
    putText(json, "parent", model.parent());
    putText(json, "round", model.round());
    putText(json, "optimizerState", model.optimizerState());
    model.metrics().ifPresent(metrics -> json.set("metrics", metrics(metrics)));
    ArrayNode evaluations = json.putArray("evaluations");
    model
        .evaluations()
        .forEach(
            evaluation -> {
              ObjectNode entry =
                  evaluations
                      .addObject()
                      .put("round", evaluation.round().toString())
                      .put("devices", evaluation.devices())
                      .put("at", evaluation.at().toString());
              entry.set("metrics", metrics(evaluation.metrics()));
            });
    return json;
  }

  static ObjectNode device(EnrolledDevice device) {
    return object()
        .put("id", device.id().toString())
        .put("population", device.population().toString())
        .put("sdkVersion", device.sdkVersion())
        .put("enrolledAt", device.enrolledAt().toString())
        .put("lastSeenAt", device.lastSeenAt().toString());
  }

  /** The only document that shows a token, and the only time this one is shown. */
  static ObjectNode token(IssuedToken issued) {
    return object()
        .put("token", issued.token().text(InsecureSecretAccess.get()))
        .put("population", issued.population().toString())
        .put("uses", issued.uses())
        .put("expiresAt", issued.expiry().toString());
  }

  static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  static JsonNode metrics(ModelMetrics metrics) {
    return parsed(metrics.toJson());
  }

  private static JsonNode parsed(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a document that this program wrote must be JSON", e);
    }
  }

  private static void putText(ObjectNode json, String name, Optional<?> value) {
    value.ifPresent(present -> json.put(name, present.toString()));
  }
}
