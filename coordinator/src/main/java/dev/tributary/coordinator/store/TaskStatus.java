package dev.tributary.coordinator.store;

/** Whether a task starts rounds. */
public enum TaskStatus {
  RUNNING,
  PAUSED,
  /** Its rounds are done or its target is met; final. */
  FINISHED
}
