package dev.tributary.aggregation.compress;

import java.io.IOException;

/**
 * A file that claims to be an artifact and is none: the message names the tensor or rule, what was
 * expected and what came.
 */
public final class MalformedArtifactException extends IOException {

  private static final long serialVersionUID = 1L;

  /** The refusal of a file. */
  public MalformedArtifactException(String message) {
    super(message);
  }

  /** The refusal of a file that breaks a rule of its container. */
  public MalformedArtifactException(String message, IOException cause) {
    super(message, cause);
  }
}
