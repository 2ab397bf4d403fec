package dev.tributary.simulations.scenario;

/**
 * A scenario that is refused: an unknown key, a value out of range, keys that do not fit together,
 * or a file that is not YAML. The message names the key, what was expected and what was found, and
 * is meant for the person at the terminal.
 */
public final class ScenarioException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public ScenarioException(String message) {
    super(message);
  }

  public ScenarioException(String message, Throwable cause) {
    super(message, cause);
  }
}
