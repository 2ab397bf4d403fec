package dev.tributary.aggregation.mask.keystream;

import dev.tributary.security.prg.AesCtrKeystream;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;

/**
 * Applies masks to lanes: the number crunching of both halves of secure aggregation. A device adds
 * its own masks before it sends; a coordinator adds the inverse of what is left in the sum.
 *
 * <p>Lane i of a vector takes the bytes [i*w, (i+1)*w) of each keystream as a little-endian word, w
 * being 4 for {@code int[]} and 8 for {@code long[]}, mod 2^(8w). Additions commute, so the result
 * depends on neither the order of the masks nor the number of threads.
 *
 * <p>Work is one AES block for each 16 bytes of lanes and mask; memory beside the caller's is a
 * reference for each mask and about 600 KiB for each thread, half of them kept for the next call.
 * Block by block, masks innermost: see docs/adr/0012.
 *
 * <p>Ownership: arrays and keys stay the caller's. Nobody else touches the range of lanes during a
 * call. Ciphers and buffers hold no key and no keystream when a call has ended.
 *
 * <p>When a call ends by an exception, an unknown part of the masks is in the range: whoever called
 * throws the lanes away.
 *
 * <p>Safe for any thread. A call works on the calling thread and starts the others for itself; with
 * one thread it starts none. Not for event loops.
 */
public final class MaskAdder {

  /** Bytes of a keystream that share a counter. */
  static final int STREAM_BLOCK_BYTES = AesCtrKeystream.BLOCK_BYTES;

  private final int threads;
  private final Queue<KeystreamBank> idleBanks = new ConcurrentLinkedQueue<>();

  /**
   * @param threads that one call works on, the caller's included, at least 1
   */
  public MaskAdder(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads: expected at least 1, got " + threads);
    }
    this.threads = threads;
  }

  /**
   * Has the loops of this class compiled before there is anything to mask: tens of milliseconds,
   * once in a process. For whoever is about to wait, as a device is for the keys of its neighbours.
   */
  public static void warmUp() {
    WarmUp.happened();
  }

  /**
   * Applies masks to a whole vector, mod 2^32.
   *
   * @param lanes changed in place
   * @throws InterruptedException if the calling thread is interrupted
   * @throws IllegalStateException if a key was destroyed
   */
  public void apply(List<Mask> masks, int[] lanes) throws InterruptedException {
    apply(masks, lanes, 0, lanes.length, 0);
  }

  /**
   * Applies masks to a piece of a vector, mod 2^32.
   *
   * @param offset index in {@code lanes} of the first lane of the piece
   * @param count lanes of the piece
   * @param firstLane index of that lane in the vector, a multiple of 4
   * @throws InterruptedException if the calling thread is interrupted
   * @throws IllegalStateException if a key was destroyed
   */
  public void apply(List<Mask> masks, int[] lanes, int offset, int count, long firstLane)
      throws InterruptedException {
    Objects.checkFromIndexSize(offset, count, lanes.length);
    int blockLanes = MaskWorker.BLOCK_BYTES / Integer.BYTES;
    run(
        masks,
        Integer.BYTES,
        count,
        firstLane,
        () -> new BlockSum.OfInts(lanes, offset, Math.min(count, blockLanes)));
  }

  /**
   * Applies masks to a whole vector, mod 2^64.
   *
   * @param lanes changed in place
   * @throws InterruptedException if the calling thread is interrupted
   * @throws IllegalStateException if a key was destroyed
   */
  public void apply(List<Mask> masks, long[] lanes) throws InterruptedException {
    apply(masks, lanes, 0, lanes.length, 0);
  }

  /**
   * Applies masks to a piece of a vector, mod 2^64.
   *
   * @param offset index in {@code lanes} of the first lane of the piece
   * @param count lanes of the piece
   * @param firstLane index of that lane in the vector, a multiple of 2
   * @throws InterruptedException if the calling thread is interrupted
   * @throws IllegalStateException if a key was destroyed
   */
  public void apply(List<Mask> masks, long[] lanes, int offset, int count, long firstLane)
      throws InterruptedException {
    Objects.checkFromIndexSize(offset, count, lanes.length);
    int blockLanes = MaskWorker.BLOCK_BYTES / Long.BYTES;
    run(
        masks,
        Long.BYTES,
        count,
        firstLane,
        () -> new BlockSum.OfLongs(lanes, offset, Math.min(count, blockLanes)));
  }

  private void run(
      List<Mask> masks, int laneBytes, int count, long firstLane, Supplier<BlockSum> sums)
      throws InterruptedException {
    int aligned = STREAM_BLOCK_BYTES / laneBytes;
    if (firstLane < 0 || firstLane % aligned != 0) {
      throw new IllegalArgumentException(
          "first lane: expected a multiple of " + aligned + " from 0 on, got " + firstLane);
    }
    Mask[] snapshot = masks.toArray(Mask[]::new);
    for (Mask mask : snapshot) {
      if (mask.key().isDestroyed()) {
        throw new IllegalStateException("key of a mask: was destroyed");
      }
    }
    if (snapshot.length == 0 || count == 0) {
      return;
    }
    MaskGrid grid =
        MaskGrid.of(snapshot.length, count, MaskWorker.BLOCK_BYTES / laneBytes, threads);
    MaskJob job = new MaskJob(snapshot, grid, laneBytes, firstLane / aligned, sums);
    TaskCrew crew = new TaskCrew((int) Math.min(threads, grid.tasks()), grid.tasks());
    crew.run(() -> work(job, crew));
  }

  private void work(MaskJob job, TaskCrew crew) {
    KeystreamBank idle = idleBanks.poll();
    KeystreamBank bank = idle == null ? new KeystreamBank() : idle;
    MaskWorker worker = new MaskWorker(job, bank);
    try {
      for (long task = crew.next(); task != TaskCrew.NONE; task = crew.next()) {
        worker.run(task, crew::stopped);
      }
    } finally {
      worker.forget();
      idleBanks.add(bank);
    }
  }
}
