package dev.tributary.aggregation.model.json;

/** The refusal of an entry of a JSON object: its place, what was expected and what was there. */
public final class JsonFieldException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  JsonFieldException(String message) {
    super(message);
  }
}
