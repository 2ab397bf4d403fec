package dev.tributary.aggregation.model.safetensors;

import java.io.IOException;

/**
 * A file that claims to be safetensors and breaks a rule of the format; the message names the rule.
 */
public final class MalformedSafetensorsException extends IOException {

  private static final long serialVersionUID = 1L;

  MalformedSafetensorsException(String message) {
    super(message);
  }
}
