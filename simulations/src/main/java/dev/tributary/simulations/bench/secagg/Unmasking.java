package dev.tributary.simulations.bench.secagg;

import com.sun.management.OperatingSystemMXBean;
import dev.tributary.aggregation.mask.MaskedAccumulator;
import dev.tributary.aggregation.mask.MaskedSum;
import dev.tributary.aggregation.mask.MaskedUpdate;
import dev.tributary.aggregation.mask.ProtocolKind;
import dev.tributary.aggregation.mask.RoundProtocol;
import dev.tributary.aggregation.mask.keystream.Mask;
import dev.tributary.aggregation.quantize.QuantizationParameters;
import dev.tributary.aggregation.secagg.coordinator.MaskRecovery;
import dev.tributary.aggregation.secagg.coordinator.UnmaskCollection;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;

/**
 * From the last share to the open sum, several times: secrets interpolated and checked, agreements
 * made again, masks taken off.
 */
final class Unmasking {

  private static final OperatingSystemMXBean PROCESS =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  private final Size size;
  private final Crew crew;
  private final UnmaskCollection collection;
  private final ExactSum sum;
  private final RoundProtocol protocol = RoundProtocol.of(ProtocolKind.SECAGG_PLUS);

  Unmasking(Size size, Crew crew, UnmaskCollection collection, ExactSum sum) {
    this.size = size;
    this.crew = crew;
    this.collection = collection;
    this.sum = sum;
  }

  /**
   * One unmasking.
   *
   * @param recoverSeconds of the clock, until all masks are known
   * @param removeSeconds of the clock, until they are gone
   * @param recoverCoreSeconds of all cores
   * @param removeCoreSeconds of all cores
   */
  record Run(
      double recoverSeconds,
      double removeSeconds,
      double recoverCoreSeconds,
      double removeCoreSeconds,
      int masks) {

    double seconds() {
      return recoverSeconds + removeSeconds;
    }
  }

  /** Adds one masked update to a sum, as the coordinator does with each. */
  MaskedSum add(MaskedUpdate update) throws Exception {
    QuantizationParameters quantization = size.quantization();
    MaskedAccumulator accumulator = protocol.newAccumulator(quantization);
    accumulator.add(update.source());
    return accumulator.sum();
  }

  Run run(MaskedUpdate maskedSum) throws Exception {
    MaskedSum masked = add(maskedSum);
    long cpuStart = PROCESS.getProcessCpuTime();
    long start = System.nanoTime();
    List<Mask> masks = new ArrayList<>();
    crew.all(new MaskRecovery(collection).tasks()).forEach(masks::addAll);
    long recovered = System.nanoTime();
    long cpuRecovered = PROCESS.getProcessCpuTime();
    var opened = protocol.unmasker(size.quantization(), masks, size.threads()).unmask(masked);
    long done = System.nanoTime();
    long cpuDone = PROCESS.getProcessCpuTime();
    masks.forEach(mask -> mask.key().destroy());
    sum.requireEqual(opened);
    return new Run(
        (recovered - start) / 1e9,
        (done - recovered) / 1e9,
        (cpuRecovered - cpuStart) / 1e9,
        (cpuDone - cpuRecovered) / 1e9,
        masks.size());
  }
}
