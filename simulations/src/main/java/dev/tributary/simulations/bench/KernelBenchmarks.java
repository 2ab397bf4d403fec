package dev.tributary.simulations.bench;

import dev.tributary.aggregation.kernels.BlockPattern;
import dev.tributary.aggregation.kernels.Kernels;
import dev.tributary.aggregation.kernels.LaneKernels;
import dev.tributary.aggregation.kernels.ResidueBlocks;
import dev.tributary.aggregation.mask.MaskedUpdate;
import dev.tributary.aggregation.mask.Masker;
import dev.tributary.aggregation.mask.ProtocolKind;
import dev.tributary.aggregation.mask.RoundProtocol;
import dev.tributary.aggregation.quantize.ClippedUpdate;
import dev.tributary.aggregation.quantize.Clipper;
import dev.tributary.aggregation.quantize.LocalUpdate;
import dev.tributary.aggregation.quantize.QuantizationParameters;
import dev.tributary.aggregation.quantize.Quantizer;
import dev.tributary.security.prg.AesCtrStream;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Each kernel over vectors that no cache holds, beside plain passes over the same memory. One
 * thread; an operation is one pass over all lanes, in chunks of 64 KiB where the coordinator works
 * in such chunks.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 1, jvmArgsAppend = "-Xmx1500m")
@Warmup(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 10, time = 300, timeUnit = TimeUnit.MILLISECONDS)
public class KernelBenchmarks {

  /** 64 MiB of lanes, so that no cache holds them. */
  static final String DEFAULT_LANES = "16777216";

  /** Updates of 16 bits from up to 1024 devices. */
  static final int RING_BITS = 26;

  private static final int BITS = 16;
  private static final int CHUNK_BLOCKS = 64 * 1024 / RING_BITS;
  private static final byte[] SEED = new byte[AesCtrStream.SEED_LENGTH_BYTES];

  /** Lanes of a vector, a multiple of 8. */
  @Param(DEFAULT_LANES)
  public int laneCount;

  private final LaneKernels chosen = Kernels.chosen();
  private final LaneKernels scalar = Kernels.scalar();
  private final BlockPattern outOfRange = BlockPattern.aboveBits(RING_BITS, BITS);
  private int[] lanes = new int[0];
  private int[] otherLanes = new int[0];
  private float[] values = new float[0];
  private byte[] packed = new byte[0];
  private int blocks;
  private Quantizer quantizer = new Quantizer(parameters(1));
  private Masker masker = RoundProtocol.of(ProtocolKind.PLAIN).masker(parameters(1), List.of());
  private ClippedUpdate update = new Clipper(parameters(1)).clip(new LocalUpdate(new float[1], 1));

  private static QuantizationParameters parameters(int length) {
    return QuantizationParameters.forTraining(
        length, BITS, Float.POSITIVE_INFINITY, 1f, 1, 1 << (RING_BITS - BITS));
  }

  /** Fills everything with arbitrary content, so that pages are mapped. */
  @Setup
  public void allocate() {
    blocks = laneCount / ResidueBlocks.RESIDUES_PER_BLOCK;
    lanes = new int[laneCount];
    otherLanes = new int[laneCount];
    values = new float[laneCount];
    packed = new byte[blocks * RING_BITS];
    AesCtrStream stream = AesCtrStream.withKey(new byte[16]);
    stream.fill(lanes);
    stream.fill(otherLanes);
    for (int i = 0; i < laneCount; i++) {
      values[i] = lanes[i] * 0x1p-32f;
    }
    chosen.pack(otherLanes, 0, blocks, RING_BITS, packed, 0);
    QuantizationParameters parameters = parameters(laneCount);
    quantizer = new Quantizer(parameters);
    masker = RoundProtocol.of(ProtocolKind.PLAIN).masker(parameters, List.of());
    update = new Clipper(parameters).clip(new LocalUpdate(values, 1));
  }

  /** Memory: reads two arrays, writes one. */
  @Benchmark
  public int[] memoryAdd() {
    int[] sums = lanes;
    int[] addends = otherLanes;
    for (int i = 0; i < sums.length; i++) {
      sums[i] += addends[i];
    }
    return sums;
  }

  /** Memory: reads one array, writes another. */
  @Benchmark
  public int[] memoryCopy() {
    System.arraycopy(lanes, 0, otherLanes, 0, laneCount);
    return otherLanes;
  }

  /** Reads residues, reads and writes lanes. */
  @Benchmark
  public int[] add() {
    return addWith(chosen);
  }

  /** The same with the scalar twin. */
  @Benchmark
  public int[] addScalar() {
    return addWith(scalar);
  }

  private int[] addWith(LaneKernels kernels) {
    for (int block = 0; block < blocks; block += CHUNK_BLOCKS) {
      int count = Math.min(CHUNK_BLOCKS, blocks - block);
      int firstLane = block * ResidueBlocks.RESIDUES_PER_BLOCK;
      kernels.addPacked(packed, block * RING_BITS, count, RING_BITS, lanes, firstLane);
    }
    return lanes;
  }

  /** Reads lanes, writes residues. */
  @Benchmark
  public byte[] pack() {
    chosen.pack(lanes, 0, blocks, RING_BITS, packed, 0);
    return packed;
  }

  /**
   * The device's stages as they are used: reads values, writes lanes; reads lanes, writes residues.
   * Drawing the noise and clearing new arrays takes time and counts no bytes.
   */
  @Benchmark
  public MaskedUpdate quantizeAndPack() {
    return masker.mask(quantizer.quantize(update, SEED));
  }

  /** Reads lanes, writes values. */
  @Benchmark
  public float[] dequantize() {
    chosen.dequantize(lanes, laneCount, (1 << RING_BITS) - 1, 1e6, 1e-6, values);
    return values;
  }

  /** Reads residues. */
  @Benchmark
  public boolean verify() {
    boolean fault = false;
    for (int block = 0; block < blocks; block += CHUNK_BLOCKS) {
      fault |=
          outOfRange.intersects(packed, block * RING_BITS, Math.min(CHUNK_BLOCKS, blocks - block));
    }
    return fault;
  }

  /** Reads values. */
  @Benchmark
  public double sumOfSquares() {
    return chosen.sumOfSquares(values);
  }
}
