package dev.tributary.coordinator.publish.channel;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tributary.aggregation.publish.FileDigest;
import dev.tributary.coordinator.publish.rollout.Gates;
import dev.tributary.coordinator.publish.rollout.RolloutPlan;
import dev.tributary.coordinator.publish.rollout.RolloutState;
import dev.tributary.coordinator.publish.rollout.RolloutState.Awaiting;
import dev.tributary.coordinator.publish.rollout.RolloutState.Staged;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A rollout as the text that its channel's row keeps. */
public final class RolloutJson {
  private static final ObjectMapper JSON = new ObjectMapper();

  private RolloutJson() {}

  static String write(Rollout rollout) {
    return document(rollout).toString();
  }

  /** The rollout as a document, also for operators. */
  public static ObjectNode document(Rollout rollout) {
    ObjectNode json =
        object()
            .put("manifest", rollout.manifest().hex())
            .put("salt", rollout.salt())
            .put("startedAt", rollout.startedAt().toString());
    switch (rollout.state()) {
      case Awaiting awaiting ->
          json.put("state", "AWAITING_APPROVAL").set("plan", plan(awaiting.plan()));
      case Staged staged ->
          json.put("state", "STAGED")
              .put("stage", staged.stage())
              .put("permyriad", staged.permyriad())
              .put("since", staged.since().toString())
              .put("standing", staged.standing())
              .set("plan", plan(staged.plan()));
      case RolloutState.Completed completed -> throw ended(rollout);
      case RolloutState.RolledBack back -> throw ended(rollout);
    }
    return json;
  }

  static Rollout read(String text) {
    try {
      JsonNode json = JSON.readTree(text);
      RolloutPlan plan = plan(json.required("plan"));
      RolloutState state =
          json.required("state").textValue().equals("STAGED")
              ? new Staged(
                  plan,
                  json.required("stage").intValue(),
                  Instant.parse(json.required("since").textValue()),
                  json.required("standing").textValue())
              : new Awaiting(plan);
      return new Rollout(
          new FileDigest(json.required("manifest").textValue()),
          json.required("salt").textValue(),
          state,
          Instant.parse(json.required("startedAt").textValue()));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("a rollout must be a JSON object, not '" + text + "'", e);
    }
  }

  /** A plan as a document. */
  public static ObjectNode plan(RolloutPlan plan) {
    ObjectNode json = object().put("minimumSeconds", plan.minimumTime().toSeconds());
    var stages = json.putArray("permyriads");
    plan.permyriads().forEach(stages::add);
    Gates gates = plan.gates();
    ObjectNode limits =
        json.putObject("gates")
            .put("minimumDevices", gates.minimumDevices())
            .put("minimumCalls", gates.minimumCalls())
            .put("maximumLoadFailureRate", gates.maximumLoadFailureRate())
            .put("maximumCallFailureRate", gates.maximumCallFailureRate())
            .put("maximumCrashRate", gates.maximumCrashRate());
    if (Double.isFinite(gates.maximumLatencyRatio())) {
      limits.put("maximumLatencyRatio", gates.maximumLatencyRatio());
    } else {
      limits.putNull("maximumLatencyRatio");
    }
    gates
        .maximumAccuracyLoss()
        .ifPresentOrElse(
            loss -> limits.put("maximumAccuracyLoss", loss),
            () -> limits.putNull("maximumAccuracyLoss"));
    gates.minimumRecall().ifPresent(recall -> limits.put("minimumRecall", recall));
    limits.put("z", gates.z());
    return json;
  }

  private static RolloutPlan plan(JsonNode json) {
    JsonNode limits = json.required("gates");
    List<Integer> stages = new ArrayList<>();
    json.required("permyriads").forEach(stage -> stages.add(stage.intValue()));
    return new RolloutPlan(
        stages,
        Duration.ofSeconds(json.required("minimumSeconds").longValue()),
        new Gates(
            limits.required("minimumDevices").longValue(),
            limits.required("minimumCalls").longValue(),
            limits.required("maximumLoadFailureRate").doubleValue(),
            limits.required("maximumCallFailureRate").doubleValue(),
            limits.required("maximumCrashRate").doubleValue(),
            optional(limits, "maximumLatencyRatio").orElse(Double.POSITIVE_INFINITY),
            optional(limits, "maximumAccuracyLoss"),
            optional(limits, "minimumRecall"),
            limits.required("z").doubleValue()));
  }

  private static Optional<Double> optional(JsonNode json, String key) {
    return json.hasNonNull(key) ? Optional.of(json.get(key).doubleValue()) : Optional.empty();
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  private static IllegalArgumentException ended(Rollout rollout) {
    return new IllegalArgumentException("an ended rollout is not kept: " + rollout.state());
  }
}
