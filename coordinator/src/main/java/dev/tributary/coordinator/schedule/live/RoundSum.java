package dev.tributary.coordinator.schedule.live;

import dev.tributary.aggregation.mask.AggregateSum;
import dev.tributary.aggregation.mask.MaskedAccumulator;
import dev.tributary.aggregation.mask.RoundProtocol;
import dev.tributary.aggregation.mask.keystream.Mask;
import dev.tributary.aggregation.quantize.QuantizationParameters;
import dev.tributary.coordinator.intake.VerifiedUpload;
import dev.tributary.coordinator.round.CountedUpload;
import dev.tributary.coordinator.schedule.work.SerialLane;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The partial sum of one round: one accumulator the size of the model, however many devices there
 * are, made by the first upload. Uploads are added one after the other on a lane over the worker
 * threads: adding runs at several GB/s a core, many times what the network delivers, so one adder a
 * round needs no locks and no second accumulator, and rounds of different tasks still add side by
 * side.
 */
final class RoundSum {
  private static final Logger LOG = LoggerFactory.getLogger(RoundSum.class);

  private final RoundProtocol protocol;
  private final QuantizationParameters quantization;
  private @Nullable MaskedAccumulator accumulator; // touched by the lane, as is the next
  private List<CountedUpload> batch = new ArrayList<>();
  private final SerialLane lane;

  /**
   * The sum at a moment.
   *
   * @param batch what came in since the moment before
   * @param uploads how many are in it in all
   * @param packed the sum itself; empty when nobody wants to keep it
   */
  record Snapshot(List<CountedUpload> batch, int uploads, Optional<byte[]> packed) {}

  RoundSum(
      String name, RoundProtocol protocol, QuantizationParameters quantization, Executor workers) {
    this.protocol = protocol;
    this.quantization = quantization;
    this.lane = new SerialLane(name, workers);
  }

  /** Begins with what a checkpoint held. Before anything else. */
  void restore(MaskedAccumulator kept) {
    lane.execute(() -> accumulator = kept);
  }

  private MaskedAccumulator accumulator() {
    if (accumulator == null) {
      accumulator = protocol.newAccumulator(quantization);
    }
    return accumulator;
  }

  /**
   * Adds the upload and closes it, then calls one of the two, on a worker. After a failure the sum
   * is torn. Memory that runs out is a failure like others: whoever waits has to hear of it.
   */
  void add(
      VerifiedUpload upload, CountedUpload counted, Runnable added, Consumer<Throwable> failed) {
    lane.execute(
        () -> {
          try {
            accumulator().add(upload.source());
            batch.add(counted);
          } catch (IOException | RuntimeException | Error e) {
            failed.accept(e);
            return;
          } finally {
            close(upload);
          }
          added.run();
        });
  }

  /**
   * The sum with everything added so far, then calls one of the two, on a worker. When nothing came
   * in since the last snapshot, this one is empty, whatever has become of the sum.
   *
   * @param packed whether the sum itself is wanted
   */
  void snapshot(boolean packed, Consumer<Snapshot> taken, Consumer<Throwable> failed) {
    lane.execute(
        () -> {
          if (batch.isEmpty()) {
            taken.accept(new Snapshot(List.of(), 0, Optional.empty()));
            return;
          }
          Snapshot snapshot;
          try {
            snapshot =
                new Snapshot(
                    batch,
                    accumulator().uploads(),
                    packed ? Optional.of(accumulator().packed()) : Optional.empty());
          } catch (RuntimeException | Error e) {
            failed.accept(e);
            return;
          }
          batch = new ArrayList<>();
          taken.accept(snapshot);
        });
  }

  /** Whether the stage could be cleaned up has no say in whether the upload counts. */
  static void close(VerifiedUpload upload) {
    try {
      upload.source().close();
    } catch (IOException e) {
      LOG.warn("{}: its staged bytes could not be released", upload, e);
    }
  }

  /**
   * Opens the sum, after everything added so far, then calls one of the two, on a worker. Once.
   *
   * @param masks what is applied to it, so that none is left
   * @param threads that this takes, the worker included
   */
  void unmask(
      List<Mask> masks, int threads, Consumer<AggregateSum> unmasked, Consumer<Throwable> failed) {
    lane.execute(
        () -> {
          AggregateSum sum;
          try {
            sum = protocol.unmasker(quantization, masks, threads).unmask(accumulator().sum());
          } catch (RuntimeException | Error e) {
            failed.accept(e);
            return;
          }
          unmasked.accept(sum);
        });
  }
}
