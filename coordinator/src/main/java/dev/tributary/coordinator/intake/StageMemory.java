package dev.tributary.coordinator.intake;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory all staged uploads share. Every upload that is being received needs one working chunk;
 * whole chunks, and what arrived of interrupted uploads, are kept in memory only below three
 * quarters of the limit, so that memory held by waiting uploads cannot keep new ones out. Any
 * thread.
 */
final class StageMemory {

  /** The unit of copying, hashing, checking and writing. */
  static final int CHUNK_BYTES = 64 * 1024;

  private final long limitBytes;
  private final long keptLimitBytes;
  private final AtomicLong usedBytes = new AtomicLong();

  StageMemory(long limitBytes) {
    this.limitBytes = limitBytes;
    this.keptLimitBytes = limitBytes / 4 * 3;
  }

  /** Reserves a working chunk. */
  boolean reserveWorking(long bytes) {
    return reserve(bytes, limitBytes);
  }

  /** Reserves room to keep a chunk that is full. */
  boolean reserveKept(long bytes) {
    return reserve(bytes, keptLimitBytes);
  }

  /** Gives a working chunk back for the fewer bytes of it that are to be kept. */
  boolean shrinkWorking(long bytes, long keptBytes) {
    long used = usedBytes.get();
    while (used - bytes + keptBytes <= keptLimitBytes) {
      if (usedBytes.compareAndSet(used, used - bytes + keptBytes)) {
        return true;
      }
      used = usedBytes.get();
    }
    return false;
  }

  void release(long bytes) {
    usedBytes.addAndGet(-bytes);
  }

  long usedBytes() {
    return usedBytes.get();
  }

  private boolean reserve(long bytes, long limit) {
    long used = usedBytes.get();
    while (used + bytes <= limit) {
      if (usedBytes.compareAndSet(used, used + bytes)) {
        return true;
      }
      used = usedBytes.get();
    }
    return false;
  }
}
