package dev.tributary.simulations.bench;

import dev.tributary.aggregation.mask.AggregateSum;
import dev.tributary.aggregation.mask.MaskedAccumulator;
import dev.tributary.aggregation.mask.MaskedUpdate;
import dev.tributary.aggregation.mask.PackedSource;
import dev.tributary.aggregation.mask.ProtocolKind;
import dev.tributary.aggregation.mask.ResidueVerifier;
import dev.tributary.aggregation.mask.RoundProtocol;
import dev.tributary.aggregation.optimize.Dequantizer;
import dev.tributary.aggregation.optimize.MeanUpdate;
import dev.tributary.aggregation.optimize.WeightlessSumException;
import dev.tributary.aggregation.quantize.Clipper;
import dev.tributary.aggregation.quantize.LocalUpdate;
import dev.tributary.aggregation.quantize.QuantizationParameters;
import dev.tributary.aggregation.quantize.Quantizer;
import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Everything that a plain round does to one update beside training, both halves: subtract the
 * start, clip, quantise, pack; verify, add; and the share of one of {@value #DEVICES} devices in
 * turning the sum into a mean. One thread; an operation is one update.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 10, time = 300, timeUnit = TimeUnit.MILLISECONDS)
public class UpdateBenchmarks {

  /** An MLP 784-128-10. */
  static final int PARAMETERS = 101_770;

  /** Devices in a round. */
  static final int DEVICES = 10;

  private static final QuantizationParameters QUANTIZATION =
      QuantizationParameters.forTraining(PARAMETERS, 16, 10f, 0.5f, 600, DEVICES);
  private static final RoundProtocol PLAIN = RoundProtocol.of(ProtocolKind.PLAIN);

  private final float[] start = new float[PARAMETERS];
  private final float[] trained = new float[PARAMETERS];
  private final byte[] seed = new byte[32];
  private MaskedAccumulator accumulator = PLAIN.newAccumulator(QUANTIZATION);

  /** Weights and weights after training. */
  @Setup
  public void train() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < PARAMETERS; i++) {
      start[i] = (float) random.nextDouble(-0.1, 0.1);
      trained[i] = start[i] + (float) random.nextDouble(-0.01, 0.01);
    }
  }

  /** One update, from the trained weights to the sum; every tenth time also the mean. */
  @Benchmark
  public int update() throws IOException, WeightlessSumException {
    float[] delta = new float[PARAMETERS];
    for (int i = 0; i < PARAMETERS; i++) {
      delta[i] = trained[i] - start[i];
    }
    var clipped = new Clipper(QUANTIZATION).clip(new LocalUpdate(delta, 600));
    MaskedUpdate upload =
        PLAIN
            .masker(QUANTIZATION, List.of())
            .mask(new Quantizer(QUANTIZATION).quantize(clipped, seed));

    PackedSource source = upload.source();
    ResidueVerifier verifier = new ResidueVerifier(QUANTIZATION);
    source.forEachChunk(verifier);
    if (!(verifier.finish() instanceof ResidueVerifier.Verdict.Valid)) {
      throw new IllegalStateException("an honest update was found invalid");
    }
    accumulator.add(source);
    if (accumulator.uploads() < DEVICES) {
      return accumulator.uploads();
    }
    AggregateSum sum = PLAIN.unmasker(QUANTIZATION, List.of(), 1).unmask(accumulator.sum());
    MeanUpdate mean = new Dequantizer(QUANTIZATION).dequantize(sum);
    accumulator = PLAIN.newAccumulator(QUANTIZATION);
    return mean.devices();
  }
}
