package dev.tributary.coordinator.schedule.live;

import dev.tributary.aggregation.mask.AggregateSum;
import dev.tributary.aggregation.mask.MaskedAccumulator;
import dev.tributary.aggregation.mask.RoundProtocol;
import dev.tributary.aggregation.mask.keystream.Mask;
import dev.tributary.aggregation.quantize.QuantizationParameters;
import dev.tributary.coordinator.intake.VerifiedUpload;
import java.io.IOException;
import java.util.List;
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
  private @Nullable MaskedAccumulator accumulator; // touched by the lane
  private final SerialLane lane;

  RoundSum(
      String name, RoundProtocol protocol, QuantizationParameters quantization, Executor workers) {
    this.protocol = protocol;
    this.quantization = quantization;
    this.lane = new SerialLane(name, workers);
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
  void add(VerifiedUpload upload, Runnable added, Consumer<Throwable> failed) {
    lane.execute(
        () -> {
          try {
            accumulator().add(upload.source());
          } catch (IOException | RuntimeException | Error e) {
            failed.accept(e);
            return;
          } finally {
            close(upload);
          }
          added.run();
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
