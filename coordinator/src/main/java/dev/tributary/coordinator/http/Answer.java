package dev.tributary.coordinator.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/** What an endpoint answers when it does what it was asked. Refusals are failed futures. */
public sealed interface Answer {

  /** A device message. */
  record Message(int status, byte[] protobuf) implements Answer {}

  /** An operator's document. */
  record Document(int status, JsonNode json) implements Answer {}

  /** No body, only headers. */
  record Empty(int status, Map<String, String> headers) implements Answer {

    public Empty {
      headers = Map.copyOf(headers);
    }

    public Empty(int status) {
      this(status, Map.of());
    }
  }

  /** A short text, such as metrics. */
  record Text(int status, String contentType, String body) implements Answer {}

  /** What was asked for was done before: the answer of the first time, nothing done. */
  record Repeated(Answer again) implements Answer {}

  /** The endpoint has written its response itself. */
  record Written() implements Answer {}
}
