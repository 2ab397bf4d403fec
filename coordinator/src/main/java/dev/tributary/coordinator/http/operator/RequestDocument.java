package dev.tributary.coordinator.http.operator;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.tributary.aggregation.model.NearestName;
import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.RejectedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A JSON object of an operator, read strictly: no unknown key, no key twice, nothing behind it. */
final class RequestDocument {

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final JsonNode root;

  private RequestDocument(JsonNode root) {
    this.root = root;
  }

  static RequestDocument of(byte[] body, Set<String> keys) throws RejectedException {
    JsonNode root;
    try {
      root = JSON.readTree(body);
    } catch (IOException e) {
      throw new RejectedException(
          RejectReason.MALFORMED_MESSAGE, "the body is not one JSON object");
    }
    return of(root, keys);
  }

  private static RequestDocument of(JsonNode root, Set<String> keys) throws RejectedException {
    if (!root.isObject()) {
      throw new RejectedException(
          RejectReason.MALFORMED_MESSAGE, "the body is not one JSON object");
    }
    for (var entry : root.properties()) {
      if (!keys.contains(entry.getKey())) {
        throw new RejectedException(
            RejectReason.UNKNOWN_FIELD,
            "unknown key '" + entry.getKey() + "'" + NearestName.suggestion(entry.getKey(), keys));
      }
    }
    return new RequestDocument(root);
  }

  String text(String key) throws RejectedException {
    JsonNode value = root.path(key);
    if (!value.isTextual()) {
      throw new RejectedException(
          RejectReason.MISSING_FIELD, "'" + key + "' is missing or not a text");
    }
    return value.textValue();
  }

  long whole(String key, long least, long most) throws RejectedException {
    JsonNode value = root.path(key);
    if (value.isMissingNode()) {
      throw new RejectedException(RejectReason.MISSING_FIELD, "'" + key + "' is missing");
    }
    if (!value.isIntegralNumber()
        || !value.canConvertToLong()
        || value.longValue() < least
        || value.longValue() > most) {
      throw new RejectedException(
          RejectReason.FIELD_OUT_OF_RANGE,
          "'" + key + "' is not a whole number in " + least + ".." + most);
    }
    return value.longValue();
  }

  Optional<String> optionalText(String key) throws RejectedException {
    return root.has(key) ? Optional.of(text(key)) : Optional.empty();
  }

  boolean flag(String key) throws RejectedException {
    JsonNode value = root.path(key);
    if (!value.isMissingNode() && !value.isBoolean()) {
      throw new RejectedException(
          RejectReason.FIELD_WRONG_FORM, "'" + key + "' is neither true nor false");
    }
    return value.booleanValue();
  }

  Optional<JsonNode> part(String key) {
    return Optional.ofNullable(root.get(key));
  }

  /** A list of objects with these keys. */
  List<RequestDocument> parts(String key, Set<String> keys) throws RejectedException {
    JsonNode list = root.path(key);
    if (!list.isArray()) {
      throw new RejectedException(
          RejectReason.MISSING_FIELD, "'" + key + "' is missing or not a list");
    }
    List<RequestDocument> parts = new ArrayList<>();
    for (JsonNode entry : list) {
      parts.add(of(entry, keys));
    }
    return parts;
  }

  /** A list of texts; empty when it is missing. */
  List<String> texts(String key) throws RejectedException {
    List<String> texts = new ArrayList<>();
    JsonNode list = root.path(key);
    if (!list.isMissingNode() && !list.isArray()) {
      throw new RejectedException(RejectReason.FIELD_WRONG_FORM, "'" + key + "' is not a list");
    }
    for (JsonNode entry : list) {
      if (!entry.isTextual()) {
        throw new RejectedException(
            RejectReason.FIELD_WRONG_FORM, "'" + key + "' is not a list of texts");
      }
      texts.add(entry.textValue());
    }
    return texts;
  }
}
