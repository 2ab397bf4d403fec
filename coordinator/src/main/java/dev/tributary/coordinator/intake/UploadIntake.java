package dev.tributary.coordinator.intake;

import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.coordinator.loop.EventLoops;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * All uploads that are on their way in: one of each device in each round, so that no device takes
 * more than one place. At most one request at a time works on it: a later one takes over from an
 * earlier one, whose connection has usually died unnoticed. The received part of an interrupted
 * upload waits for its device for a while, at most until the round ends; everything it occupies is
 * bounded by {@link UploadLimits}.
 *
 * <p>Any thread; the lock is held for a few map operations only.
 */
public final class UploadIntake implements AutoCloseable {

  private static final int REMEMBERED_COUNTED = 10_000;

  private final EventLoops loops;
  private final InstantSource clock;
  private final Duration keepInterrupted;
  private final StageMemory memory;
  private final StageFiles files;
  private final Map<Owner, Slot> slots = new HashMap<>();
  private final Map<UploadTarget, Long> lengthByCounted =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<UploadTarget, Long> eldest) {
          return size() > REMEMBERED_COUNTED;
        }
      };
  private boolean closed;

  private record Owner(DeviceId device, RoundId round) {}

  /** The requests of one device in one round that queue up, and what was received of its upload. */
  static final class Slot {
    private final Owner owner;
    Future<Void> lastTurnOver = Future.succeededFuture();
    @Nullable UploadTurn lastTurn;
    @Nullable PartialUpload partial;
    private long idleSinceMillis;
    private boolean roundOver;

    private Slot(Owner owner) {
      this.owner = owner;
    }
  }

  UploadIntake(
      EventLoops loops,
      InstantSource clock,
      Duration keepInterrupted,
      StageMemory memory,
      StageFiles files) {
    this.loops = loops;
    this.clock = clock;
    this.keepInterrupted = keepInterrupted;
    this.memory = memory;
    this.files = files;
  }

  /**
   * Opens the intake with its stage folder and empties that of what a crash left. Blocks: for
   * starting up.
   *
   * @throws IOException when the folder cannot be made or written
   */
  public static UploadIntake open(
      EventLoops loops, InstantSource clock, UploadLimits limits, Path stageDirectory)
      throws IOException {
    return new UploadIntake(
        loops,
        clock,
        limits.keepInterrupted(),
        new StageMemory(limits.memoryBytes()),
        StageFiles.in(stageDirectory, limits.fileBytes()));
  }

  /**
   * Asks for the upload; interrupts whoever works on it now and waits until that request has let
   * go. The answer comes on the caller's loop. Whoever gets a turn releases it.
   */
  public Future<UploadTurn> turn(UploadTarget target) {
    Promise<UploadTurn> mine = Promise.promise();
    UploadTurn turn;
    Future<Void> before;
    @Nullable UploadTurn holder;
    synchronized (this) {
      Slot slot = slots.computeIfAbsent(new Owner(target.device(), target.round()), Slot::new);
      holder = slot.lastTurn;
      before = slot.lastTurnOver;
      turn = new UploadTurn(this, slot, target, loops.current());
      slot.lastTurn = turn;
      slot.lastTurnOver = turn.over();
    }
    if (holder != null) {
      holder.interrupt();
    }
    before.onComplete(over -> turn.loop().execute(() -> mine.complete(turn)));
    return mine.future();
  }

  /** Drops what is idle for too long. Called from time to time. */
  public void dropExpired() {
    long nowMillis = clock.millis();
    drop(slot -> nowMillis - slot.idleSinceMillis >= keepInterrupted.toMillis());
  }

  /**
   * Drops what waits for a round that has ended; what is being received is refused by the round.
   */
  public void dropRound(RoundId round) {
    drop(
        slot -> {
          slot.roundOver |= slot.owner.round().equals(round);
          return slot.roundOver;
        });
  }

  /** Drops the idle ones among those. */
  private void drop(Predicate<Slot> which) {
    List<PartialUpload> dropped = new ArrayList<>();
    synchronized (this) {
      slots
          .values()
          .removeIf(
              slot -> {
                boolean out = which.test(slot) && slot.lastTurn == null;
                if (out && slot.partial != null) {
                  dropped.add(slot.partial);
                }
                return out;
              });
    }
    dropped.forEach(this::discard);
  }

  /** Memory of the stage in use. */
  public long memoryUsedBytes() {
    return memory.usedBytes();
  }

  /** File room of the stage in use. */
  public long fileUsedBytes() {
    return files.usedBytes();
  }

  /** Uploads that have begun and are not over: being received, or interrupted. */
  public synchronized int openUploads() {
    return slots.size();
  }

  /** Removes everything that is not being received right now; what is, goes with its request. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      slots
          .values()
          .forEach(
              slot -> slot.idleSinceMillis = Math.min(slot.idleSinceMillis, Long.MIN_VALUE / 2));
    }
    dropExpired();
  }

  StageMemory memory() {
    return memory;
  }

  StageFiles files() {
    return files;
  }

  /** Runs work that touches files on a worker thread; heard on the caller's event loop. */
  Future<Void> blocking(FileWork work) {
    return loops
        .blocking(
            () -> {
              work.run();
              return true;
            })
        .mapEmpty();
  }

  interface FileWork {
    void run() throws IOException;
  }

  /** Gives back what a stage occupies, on a worker thread when that touches a file. */
  void discard(PartialUpload partial) {
    if (partial.stage().hasFile()) {
      blocking(partial.stage()::close);
    } else {
      partial.closeInMemory();
    }
  }

  synchronized @Nullable Long countedLength(UploadTarget target) {
    return lengthByCounted.get(target);
  }

  synchronized void remember(UploadTarget target, long lengthBytes) {
    lengthByCounted.put(target, lengthBytes);
  }

  /**
   * The end of a turn. The slot goes with the last one, unless something was received that may be
   * resumed.
   */
  void release(Slot slot, UploadTurn turn) {
    @Nullable PartialUpload dropped = null;
    synchronized (this) {
      if (slot.lastTurn == turn) {
        slot.lastTurn = null;
        slot.idleSinceMillis = clock.millis();
        if (slot.partial == null || slot.roundOver || closed || keepInterrupted.isZero()) {
          dropped = slot.partial;
          slot.partial = null;
          slots.remove(slot.owner);
        }
      }
    }
    if (dropped != null) {
      discard(dropped);
    }
  }
}
