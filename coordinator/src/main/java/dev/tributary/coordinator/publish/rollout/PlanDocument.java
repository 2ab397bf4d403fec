package dev.tributary.coordinator.publish.rollout;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tributary.aggregation.model.NearestName;
import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.RejectedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A plan that an operator sent: what it leaves out is as in {@link RolloutPlan#usual}. {@code
 * {"permyriads": [100, 500, 10000], "minimumSeconds": 3600, "gates": {"minimumDevices": 20, ...}}}.
 */
public final class PlanDocument {
  private static final Set<String> KEYS = Set.of("permyriads", "minimumSeconds", "gates");
  private static final Set<String> GATES =
      Set.of(
          "minimumDevices",
          "minimumCalls",
          "maximumLoadFailureRate",
          "maximumCallFailureRate",
          "maximumCrashRate",
          "maximumLatencyRatio",
          "maximumAccuracyLoss",
          "minimumRecall",
          "z");

  private PlanDocument() {}

  public static RolloutPlan read(JsonNode json) throws RejectedException {
    requireObject(json, "plan", KEYS);
    RolloutPlan usual = RolloutPlan.usual();
    try {
      return new RolloutPlan(
          permyriads(json.path("permyriads"), usual.permyriads()),
          Duration.ofSeconds(
              (long) number(json, "minimumSeconds", (double) usual.minimumTime().toSeconds())),
          gates(json.path("gates")));
    } catch (IllegalArgumentException e) {
      throw new RejectedException(RejectReason.FIELD_OUT_OF_RANGE, "plan: " + e.getMessage());
    }
  }

  /**
   * {@link #read} of a text.
   *
   * @throws IllegalArgumentException when it is no such plan
   */
  public static RolloutPlan parse(String json) {
    try {
      return read(new ObjectMapper().readTree(json));
    } catch (JsonProcessingException | RejectedException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private static List<Integer> permyriads(JsonNode json, List<Integer> usual)
      throws RejectedException {
    if (json.isMissingNode()) {
      return usual;
    }
    List<Integer> stages = new ArrayList<>();
    for (JsonNode stage : json) {
      if (!stage.canConvertToInt() || !stage.isIntegralNumber()) {
        throw new RejectedException(
            RejectReason.FIELD_WRONG_FORM, "plan.permyriads: expected whole numbers");
      }
      stages.add(stage.intValue());
    }
    return stages;
  }

  private static Gates gates(JsonNode json) throws RejectedException {
    Gates usual = Gates.usual();
    if (json.isMissingNode()) {
      return usual;
    }
    requireObject(json, "plan.gates", GATES);
    return new Gates(
        (long) number(json, "minimumDevices", (double) usual.minimumDevices()),
        (long) number(json, "minimumCalls", (double) usual.minimumCalls()),
        number(json, "maximumLoadFailureRate", usual.maximumLoadFailureRate()),
        number(json, "maximumCallFailureRate", usual.maximumCallFailureRate()),
        number(json, "maximumCrashRate", usual.maximumCrashRate()),
        optional(json, "maximumLatencyRatio", Optional.of(usual.maximumLatencyRatio()))
            .orElse(Double.POSITIVE_INFINITY),
        optional(json, "maximumAccuracyLoss", usual.maximumAccuracyLoss()),
        optional(json, "minimumRecall", usual.minimumRecall()),
        number(json, "z", usual.z()));
  }

  /** {@code null} says: not asked for. */
  private static Optional<Double> optional(JsonNode json, String key, Optional<Double> usual)
      throws RejectedException {
    if (!json.has(key)) {
      return usual;
    }
    return json.get(key).isNull() ? Optional.empty() : Optional.of(number(json, key, 0));
  }

  private static double number(JsonNode json, String key, double usual) throws RejectedException {
    JsonNode value = json.path(key);
    if (value.isMissingNode()) {
      return usual;
    }
    if (!value.isNumber()) {
      throw new RejectedException(
          RejectReason.FIELD_WRONG_FORM, "plan: '" + key + "' is not a number");
    }
    return value.doubleValue();
  }

  private static void requireObject(JsonNode json, String name, Set<String> keys)
      throws RejectedException {
    if (!json.isObject()) {
      throw new RejectedException(RejectReason.FIELD_WRONG_FORM, name + ": expected an object");
    }
    for (var entry : json.properties()) {
      if (!keys.contains(entry.getKey())) {
        throw new RejectedException(
            RejectReason.UNKNOWN_FIELD,
            name
                + ": unknown key '"
                + entry.getKey()
                + "'"
                + NearestName.suggestion(entry.getKey(), keys));
      }
    }
  }
}
