package dev.tributary.simulations.chaos.machine;

/** Where a process can be killed: between any two steps that its disk could tell apart. */
public enum CrashPoint {
  /** The first write of a batch is queued. */
  WRITE_QUEUED,
  /** Writes are queued; none of them is on disk. */
  BEFORE_COMMIT,
  /** Writes are on disk; nobody has heard of it. */
  AFTER_COMMIT,
  /** A file is about to be written, renamed, made durable or removed. */
  BEFORE_FILE_STEP,
  /** It was. */
  AFTER_FILE_STEP
}
