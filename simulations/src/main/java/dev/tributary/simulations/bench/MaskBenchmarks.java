package dev.tributary.simulations.bench;

import dev.tributary.aggregation.mask.MaskedUpdate;
import dev.tributary.aggregation.mask.Masker;
import dev.tributary.aggregation.mask.keystream.Mask;
import dev.tributary.aggregation.mask.keystream.MaskAdder;
import dev.tributary.aggregation.quantize.QuantizationParameters;
import dev.tributary.aggregation.quantize.QuantizedUpdate;
import dev.tributary.security.prg.AesCtrKeystream;
import dev.tributary.security.secret.InsecureSecretAccess;
import dev.tributary.security.secret.SecretBytes;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
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
 * The masks of one device, {@value #MASKS} over up to {@value #MAX_LANES} lanes: generated only,
 * and generated and added. One thread; an operation is all masks over all lanes.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 10, time = 300, timeUnit = TimeUnit.MILLISECONDS)
public class MaskBenchmarks {

  /** 90 neighbours and the device's own. */
  static final int MASKS = 91;

  /** A model of a million parameters. */
  static final int MAX_LANES = 1 << 20;

  private static final int CHUNK_BYTES = 32 * 1024;

  /** Lanes of the kernels beside; more than {@link #MAX_LANES} are not used here. */
  @Param(KernelBenchmarks.DEFAULT_LANES)
  public int laneCount;

  private final byte[] chunk = new byte[CHUNK_BYTES];
  private final AesCtrKeystream keystream = new AesCtrKeystream();
  private final MaskAdder adder = new MaskAdder(1);
  private List<byte[]> keys128 = List.of();
  private List<byte[]> keys256 = List.of();
  private List<Mask> masks128 = List.of();
  private List<Mask> masks256 = List.of();
  private int[] lanes = new int[0];
  private long[] wideLanes = new long[0];

  static int lanesOf(int laneCount) {
    return Math.min(laneCount, MAX_LANES);
  }

  /** Arbitrary keys, the signs by turns. */
  @Setup
  public void allocate() {
    keys128 = keys(16);
    keys256 = keys(32);
    masks128 = masks(keys128);
    masks256 = masks(keys256);
    lanes = new int[lanesOf(laneCount)];
    wideLanes = new long[lanes.length / 2];
  }

  private static List<byte[]> keys(int length) {
    SplittableRandom random = new SplittableRandom(length);
    List<byte[]> keys = new ArrayList<>();
    for (int i = 0; i < MASKS; i++) {
      byte[] key = new byte[length];
      random.nextBytes(key);
      keys.add(key);
    }
    return keys;
  }

  private static List<Mask> masks(List<byte[]> keys) {
    List<Mask> masks = new ArrayList<>();
    for (byte[] key : keys) {
      SecretBytes secret = SecretBytes.copyOf(key, InsecureSecretAccess.get());
      masks.add(masks.size() % 2 == 0 ? Mask.added(secret) : Mask.subtracted(secret));
    }
    return masks;
  }

  /** AES-128: the bound of the two below. */
  @Benchmark
  public byte[] generate128() {
    return generate(keys128);
  }

  /** AES-256: the bound of the one below. */
  @Benchmark
  public byte[] generate256() {
    return generate(keys256);
  }

  private byte[] generate(List<byte[]> keys) {
    long bytes = (long) lanes.length * Integer.BYTES;
    for (byte[] key : keys) {
      keystream.seek(key, 0);
      for (long done = 0; done < bytes; done += CHUNK_BYTES) {
        keystream.fill(chunk, 0, (int) Math.min(CHUNK_BYTES, bytes - done));
      }
    }
    return chunk;
  }

  /** AES-128 into lanes of 32 bits. */
  @Benchmark
  public int[] mask128() throws InterruptedException {
    adder.apply(masks128, lanes);
    return lanes;
  }

  /** AES-128 into half as many lanes of 64 bits: the same bytes. */
  @Benchmark
  public long[] mask128Wide() throws InterruptedException {
    adder.apply(masks128, wideLanes);
    return wideLanes;
  }

  /** AES-256 into lanes of 32 bits. */
  @Benchmark
  public int[] mask256() throws InterruptedException {
    adder.apply(masks256, lanes);
    return lanes;
  }

  /** All that a device does to its quantised update: masks of AES-128, and packing. */
  @Benchmark
  public MaskedUpdate maskAndPack() {
    QuantizationParameters parameters =
        QuantizationParameters.forTraining(lanes.length - 1, 16, 1f, 1f, 1, 1000);
    return Masker.applying(masks128).mask(new QuantizedUpdate(parameters, lanes));
  }
}
