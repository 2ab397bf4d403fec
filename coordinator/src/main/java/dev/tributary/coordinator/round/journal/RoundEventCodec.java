package dev.tributary.coordinator.round.journal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tributary.aggregation.mask.ProtocolKind;
import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.aggregation.protocol.RoundKind;
import dev.tributary.aggregation.protocol.UploadId;
import dev.tributary.coordinator.round.AbandonReason;
import dev.tributary.coordinator.round.CountedUpload;
import dev.tributary.coordinator.round.Phase;
import dev.tributary.coordinator.round.RoundEvent;
import dev.tributary.coordinator.round.RoundEvent.BaseFixed;
import dev.tributary.coordinator.round.RoundEvent.DeadlinePassed;
import dev.tributary.coordinator.round.RoundEvent.DefectFound;
import dev.tributary.coordinator.round.RoundEvent.DeviceDropped;
import dev.tributary.coordinator.round.RoundEvent.DeviceEnrolled;
import dev.tributary.coordinator.round.RoundEvent.KeysAdvertised;
import dev.tributary.coordinator.round.RoundEvent.KeysShared;
import dev.tributary.coordinator.round.RoundEvent.ModelOptimized;
import dev.tributary.coordinator.round.RoundEvent.RoundCancelled;
import dev.tributary.coordinator.round.RoundEvent.RoundOpened;
import dev.tributary.coordinator.round.RoundEvent.RoundPlanned;
import dev.tributary.coordinator.round.RoundEvent.SumCheckpoint;
import dev.tributary.coordinator.round.RoundEvent.SumUnmasked;
import dev.tributary.coordinator.round.RoundEvent.SurvivorsConfirmed;
import dev.tributary.coordinator.round.RoundEvent.UploadsCounted;
import dev.tributary.coordinator.round.RoundEvent.VersionPublished;
import dev.tributary.coordinator.round.plan.RoundPlan;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The journal's form of an event: one JSON object, {@code
 * {"v":1,"type":"device-enrolled","at":"2026-01-01T00:00:00Z", ...}}. Text, so that an operator can
 * read a journal with any SQL tool. So far there is one version, 1, and any other is refused; a
 * form that changes gets a greater {@code v} and this reader keeps reading 1, because journals
 * outlive programs.
 */
public final class RoundEventCodec {
  private static final int VERSION = 1;
  private static final ObjectMapper JSON = new ObjectMapper();

  private RoundEventCodec() {}

  /** The name of the event's type in the journal. */
  public static String type(RoundEvent event) {
    return switch (event) {
      case RoundPlanned e -> "round-planned";
      case RoundOpened e -> "round-opened";
      case BaseFixed e -> "base-fixed";
      case DeviceEnrolled e -> "device-enrolled";
      case KeysAdvertised e -> "keys-advertised";
      case KeysShared e -> "keys-shared";
      case SurvivorsConfirmed e -> "survivors-confirmed";
      case UploadsCounted e -> "uploads-counted";
      case DeviceDropped e -> "device-dropped";
      case DeadlinePassed e -> "deadline-passed";
      case SumUnmasked e -> "sum-unmasked";
      case ModelOptimized e -> "model-optimized";
      case VersionPublished e -> "version-published";
      case RoundCancelled e -> "round-cancelled";
      case DefectFound e -> "defect-found";
    };
  }

  /** One line of JSON. */
  public static String encode(RoundEvent event) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("v", VERSION).put("type", type(event)).put("at", event.at().toString());
    return (switch (event) {
          case RoundPlanned e -> json.set("plan", encode(e.plan()));
          case RoundOpened e -> json;
          case BaseFixed e -> json.put("base", e.base().hex());
          case DeviceEnrolled e -> json.put("device", e.device().text());
          case KeysAdvertised e -> json.put("device", e.device().text());
          case KeysShared e -> json.put("device", e.device().text());
          case UploadsCounted e -> encode(json, e);
          case DeviceDropped e -> json.put("device", e.device().text()).put("cause", e.cause());
          case DeadlinePassed e -> json.put("phase", e.phase().name());
          case SurvivorsConfirmed e -> json.put("shard", e.shard());
          case SumUnmasked e -> encode(json, e);
          case ModelOptimized e -> json.put("result", e.result().hex());
          case VersionPublished e -> json;
          case RoundCancelled e ->
              json.put("because", e.because().name()).put("detail", e.detail());
          case DefectFound e -> json.put("cause", e.cause());
        })
        .toString();
  }

  /**
   * The reverse of {@link #encode}.
   *
   * @throws IllegalArgumentException when the text is no event of a version known here
   */
  public static RoundEvent decode(String text) {
    try {
      JsonNode json = JSON.readTree(text);
      int version = field(json, "v").intValue();
      if (version != VERSION) {
        throw new IllegalArgumentException(
            "journal event has version " + version + "; this program reads version " + VERSION);
      }
      return decode(json, Instant.parse(text(json, "at")));
    } catch (JsonProcessingException | DateTimeException e) {
      throw new IllegalArgumentException("journal event is not readable: " + e.getMessage(), e);
    }
  }

  private static RoundEvent decode(JsonNode json, Instant at) {
    String type = text(json, "type");
    return switch (type) {
      case "round-planned" -> new RoundPlanned(at, plan(field(json, "plan")));
      case "round-opened" -> new RoundOpened(at);
      case "base-fixed" -> new BaseFixed(at, new ModelDigest(text(json, "base")));
      case "device-enrolled" -> new DeviceEnrolled(at, new DeviceId(text(json, "device")));
      case "keys-advertised" -> new KeysAdvertised(at, new DeviceId(text(json, "device")));
      case "keys-shared" -> new KeysShared(at, new DeviceId(text(json, "device")));
      case "uploads-counted" ->
          new UploadsCounted(at, uploads(field(json, "uploads")), checkpoint(json));
      case "device-dropped" ->
          new DeviceDropped(at, new DeviceId(text(json, "device")), text(json, "cause"));
      case "deadline-passed" -> new DeadlinePassed(at, Phase.valueOf(text(json, "phase")));
      case "survivors-confirmed" -> new SurvivorsConfirmed(at, field(json, "shard").intValue());
      case "sum-unmasked" -> new SumUnmasked(at, unopened(json), checkpoint(json));
      case "model-optimized" -> new ModelOptimized(at, new ModelDigest(text(json, "result")));
      case "version-published" -> new VersionPublished(at);
      case "round-cancelled" ->
          new RoundCancelled(
              at, AbandonReason.valueOf(text(json, "because")), text(json, "detail"));
      case "defect-found" -> new DefectFound(at, text(json, "cause"));
      default ->
          throw new IllegalArgumentException("journal event has the unknown type '" + type + "'");
    };
  }

  private static ObjectNode encode(ObjectNode json, SumUnmasked event) {
    if (!event.unopened().isEmpty()) {
      var shards = json.putArray("unopened");
      event.unopened().stream().sorted().forEach(shards::add);
    }
    event.checkpoint().ifPresent(checkpoint -> encode(json, checkpoint));
    return json;
  }

  private static void encode(ObjectNode json, SumCheckpoint checkpoint) {
    json.putObject("checkpoint")
        .put("shard", checkpoint.shard())
        .put("file", checkpoint.file())
        .put("uploads", checkpoint.uploads())
        .put("crc32c", checkpoint.crc32c());
  }

  private static Optional<SumCheckpoint> checkpoint(JsonNode json) {
    if (!json.has("checkpoint")) {
      return Optional.empty();
    }
    JsonNode node = field(json, "checkpoint");
    return Optional.of(
        new SumCheckpoint(
            field(node, "shard").intValue(),
            text(node, "file"),
            field(node, "uploads").intValue(),
            field(node, "crc32c").longValue()));
  }

  private static Set<Integer> unopened(JsonNode json) {
    var shards = new HashSet<Integer>();
    json.path("unopened").forEach(shard -> shards.add(shard.intValue()));
    return shards;
  }

  private static ObjectNode encode(ObjectNode json, UploadsCounted event) {
    var uploads = json.putArray("uploads");
    for (var upload : event.uploads()) {
      uploads
          .addObject()
          .put("device", upload.device().text())
          .put("upload", upload.upload().text())
          .put("sha256", upload.sha256());
    }
    event.checkpoint().ifPresent(checkpoint -> encode(json, checkpoint));
    return json;
  }

  private static List<CountedUpload> uploads(JsonNode array) {
    var uploads = new ArrayList<CountedUpload>();
    for (var each : array) {
      uploads.add(
          new CountedUpload(
              new DeviceId(text(each, "device")),
              new UploadId(text(each, "upload")),
              text(each, "sha256")));
    }
    return uploads;
  }

  private static ObjectNode encode(RoundPlan plan) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("round", plan.round().toString())
        .put("kind", plan.kind().name())
        .put("protocol", plan.protocol().name())
        .put("targetCount", plan.targetCount())
        .put("minimumCount", plan.minimumCount())
        .put("selectionCount", plan.selectionCount())
        .put("selection", plan.selection().toString())
        .put("reporting", plan.reporting().toString());
    plan.secureAggregation()
        .ifPresent(secure -> json.set("secureAggregation", SecureAggregationJson.encode(secure)));
    return json;
  }

  private static RoundPlan plan(JsonNode json) {
    return new RoundPlan(
        RoundId.of(text(json, "round")),
        RoundKind.valueOf(text(json, "kind")),
        ProtocolKind.valueOf(text(json, "protocol")),
        field(json, "targetCount").intValue(),
        field(json, "minimumCount").intValue(),
        field(json, "selectionCount").intValue(),
        Duration.parse(text(json, "selection")),
        Duration.parse(text(json, "reporting")),
        json.has("secureAggregation")
            ? Optional.of(SecureAggregationJson.decode(field(json, "secureAggregation")))
            : Optional.empty());
  }

  static String text(JsonNode json, String name) {
    String text = field(json, name).textValue();
    if (text == null) {
      throw new IllegalArgumentException("journal event: '" + name + "' must be a text");
    }
    return text;
  }

  static JsonNode field(JsonNode json, String name) {
    JsonNode field = json.get(name);
    if (field == null || field.isNull()) {
      throw new IllegalArgumentException("journal event: '" + name + "' is missing");
    }
    return field;
  }
}
