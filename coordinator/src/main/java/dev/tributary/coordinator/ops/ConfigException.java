package dev.tributary.coordinator.ops;

/**
 * A configuration that cannot be used: names the key, what was expected and what was found. Never
 * holds a secret.
 */
public final class ConfigException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public ConfigException(String message) {
    super(message);
  }

  public ConfigException(String message, Throwable cause) {
    super(message, cause);
  }
}
