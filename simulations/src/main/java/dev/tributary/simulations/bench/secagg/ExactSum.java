package dev.tributary.simulations.bench.secagg;

import dev.tributary.aggregation.mask.AggregateSum;
import dev.tributary.aggregation.mask.MaskedUpdate;
import dev.tributary.aggregation.mask.ProtocolKind;
import dev.tributary.aggregation.mask.RoundProtocol;
import dev.tributary.aggregation.mask.keystream.Mask;
import dev.tributary.aggregation.mask.keystream.MaskAdder;
import dev.tributary.aggregation.quantize.QuantizationParameters;
import dev.tributary.aggregation.quantize.QuantizedUpdate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The masked sum of all survivors, without masking each: what two survivors mask against each other
 * cancels, which is checked of every pair, so that the sum of their updates is left with each
 * survivor's own mask and those against devices that dropped out. Taken from what the devices
 * agreed on; the coordinator comes to the same masks by shares. A prefix of the lanes is masked by
 * every device and summed as it would be, to show that the two are the same.
 */
final class ExactSum {

  /** Lanes that every device masks for real. */
  private static final int PREFIX_LANES = 1024;

  private final int[] updates;
  private final int[] masked;
  private final QuantizationParameters quantization;
  private int cancelled;

  ExactSum(Size size, MeasuredSession session) throws InterruptedException {
    this.quantization = size.quantization();
    this.updates = new int[size.dimension()];
    List<Mask> left = new ArrayList<>();
    for (int index : session.survivors().indices().toArray()) {
      MeasuredSession.addUpdate(index, updates);
      left.add(session.device(index).self());
      for (Map.Entry<Integer, Mask> entry : session.pairwiseMasksOf(index).entrySet()) {
        int peer = entry.getKey();
        if (!session.survivors().contains(peer)) {
          left.add(entry.getValue());
        } else if (index < peer) {
          requireCancelled(
              entry.getValue(), Objects.requireNonNull(session.pairwiseMasksOf(peer).get(index)));
        }
      }
    }
    this.masked = updates.clone();
    new MaskAdder(size.threads()).apply(left, masked);
    requirePrefix(session);
  }

  private void requireCancelled(Mask one, Mask other) {
    if (!BenchDevice.cancel(one, other)) {
      throw new IllegalStateException("two devices agreed on masks that do not cancel");
    }
    cancelled++;
  }

  private void requirePrefix(MeasuredSession session) throws InterruptedException {
    int[] sum = new int[Math.min(PREFIX_LANES, updates.length)];
    MaskAdder adder = new MaskAdder(1);
    for (int index : session.survivors().indices().toArray()) {
      MeasuredSession.addUpdate(index, sum);
      adder.apply(BenchDevice.in(session.device(index).agreed).masks(), sum);
    }
    for (int lane = 0; lane < sum.length; lane++) {
      if (sum[lane] != masked[lane]) {
        throw new IllegalStateException(
            "lane " + lane + " of the masked sum is not the sum of what all devices masked");
      }
    }
  }

  /** Pairs of survivors whose masks cancel. */
  int cancelledPairs() {
    return cancelled;
  }

  /** The masked sum as one packed vector. */
  MaskedUpdate packed() {
    return RoundProtocol.of(ProtocolKind.PLAIN)
        .masker(quantization, List.of())
        .mask(new QuantizedUpdate(quantization, masked.clone()));
  }

  /** Refuses a sum that is not exactly that of the updates. */
  void requireEqual(AggregateSum opened) {
    for (int lane = 0; lane < updates.length; lane++) {
      if (opened.at(lane) != updates[lane]) {
        throw new IllegalStateException(
            "lane " + lane + ": expected " + updates[lane] + ", got " + opened.at(lane));
      }
    }
  }
}
