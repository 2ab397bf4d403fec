package dev.tributary.coordinator.schedule;

/** The refusal of a task's configuration: names the key, what was expected and what was there. */
public final class TaskConfigException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  TaskConfigException(String message) {
    super(message);
  }
}
