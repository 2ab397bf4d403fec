package dev.tributary.coordinator.schedule.live;

import dev.tributary.aggregation.mask.keystream.Mask;
import dev.tributary.aggregation.secagg.coordinator.UnrecoverableException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * The recovery of one shard's masks, its pieces side by side on the workers. Used once; whoever
 * listens is told by the worker that ends last.
 */
final class MaskRecoveries {
  private final AtomicInteger left;
  private final Queue<Mask> masks = new ConcurrentLinkedQueue<>();
  private final Queue<String> falseShares = new ConcurrentLinkedQueue<>();
  private final Queue<Throwable> defects = new ConcurrentLinkedQueue<>();
  private final Consumer<List<Mask>> recovered;
  private final Consumer<String> unrecoverable;
  private final Consumer<Throwable> defect;

  private MaskRecoveries(
      int pieces,
      Consumer<List<Mask>> recovered,
      Consumer<String> unrecoverable,
      Consumer<Throwable> defect) {
    this.left = new AtomicInteger(pieces);
    this.recovered = recovered;
    this.unrecoverable = unrecoverable;
    this.defect = defect;
  }

  /**
   * Does all pieces; then one of the three is called.
   *
   * @param pieces at least one
   * @param recovered takes the masks, whose keys it destroys
   * @param unrecoverable takes the names of all who dealt false shares
   */
  static void run(
      List<Callable<List<Mask>>> pieces,
      Executor workers,
      Consumer<List<Mask>> recovered,
      Consumer<String> unrecoverable,
      Consumer<Throwable> defect) {
    var recoveries = new MaskRecoveries(pieces.size(), recovered, unrecoverable, defect);
    pieces.forEach(piece -> workers.execute(() -> recoveries.take(piece)));
  }

  private void take(Callable<List<Mask>> piece) {
    try {
      masks.addAll(piece.call());
    } catch (UnrecoverableException e) {
      falseShares.add(String.valueOf(e.getMessage()));
    } catch (Exception | Error e) {
      defects.add(e);
    }
    if (left.decrementAndGet() == 0) {
      tell();
    }
  }

  private void tell() {
    List<Mask> all = new ArrayList<>(masks);
    if (defects.isEmpty() && falseShares.isEmpty()) {
      recovered.accept(all);
      return;
    }
    RoundWorker.forget(all);
    if (defects.isEmpty()) {
      unrecoverable.accept(String.join("; ", falseShares.stream().sorted().toList()));
    } else {
      defect.accept(defects.element());
    }
  }
}
