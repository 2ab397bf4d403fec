package dev.tributary.coordinator.http.operator;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.tributary.aggregation.model.NearestName;
import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.RejectedException;
import java.io.IOException;
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
}
