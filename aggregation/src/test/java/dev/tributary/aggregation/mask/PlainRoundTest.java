package dev.tributary.aggregation.mask;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.aggregation.kernels.Bits;
import dev.tributary.aggregation.quantize.QuantizationParameters;
import dev.tributary.aggregation.quantize.QuantizedUpdate;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class PlainRoundTest {

  private static final RoundProtocol PLAIN = RoundProtocol.of(ProtocolKind.PLAIN);

  private static QuantizationParameters training(int parameters, int maxDevices) {
    return QuantizationParameters.forTraining(parameters, 16, 1f, 1f, 1, maxDevices);
  }

  private static List<int[]> randomLanes(QuantizationParameters p, int devices, long seed) {
    Random random = new Random(seed);
    List<int[]> lanes = new ArrayList<>();
    for (int device = 0; device < devices; device++) {
      lanes.add(
          random
              .longs(p.vectorLength(), 0, p.maxLane() + 1)
              .mapToInt(lane -> (int) lane)
              .toArray());
    }
    return lanes;
  }

  private static List<MaskedUpdate> masked(QuantizationParameters p, List<int[]> lanes) {
    return lanes.stream()
        .map(l -> PLAIN.masker(p, List.of()).mask(new QuantizedUpdate(p, l.clone())))
        .toList();
  }

  private static MaskedAccumulator accumulated(QuantizationParameters p, List<MaskedUpdate> updates)
      throws IOException {
    MaskedAccumulator accumulator = PLAIN.newAccumulator(p);
    for (MaskedUpdate update : updates) {
      accumulator.add(update.source());
    }
    return accumulator;
  }

  private static long[] lanesOf(AggregateSum sum) {
    long[] lanes = new long[sum.length()];
    for (int i = 0; i < lanes.length; i++) {
      lanes[i] = sum.at(i);
    }
    return lanes;
  }

  @Property(tries = 300)
  void unmaskedSum_isTheSumOfTheLanes(
      @ForAll boolean evaluation,
      @ForAll @IntRange(min = 1, max = 700) int parameters,
      @ForAll @IntRange(min = 1, max = 9) int devices,
      @ForAll @IntRange(min = 9, max = 60_000) int maxDevices,
      @ForAll long seed)
      throws IOException {
    QuantizationParameters p =
        evaluation
            ? QuantizationParameters.forEvaluation(2 + parameters % 25, maxDevices)
            : training(parameters, maxDevices);
    List<int[]> lanes = randomLanes(p, devices, seed);
    long[] expected = new long[p.vectorLength()];
    for (int[] device : lanes) {
      for (int i = 0; i < expected.length; i++) {
        expected[i] += Integer.toUnsignedLong(device[i]);
      }
    }

    AggregateSum sum =
        PLAIN.unmasker(p, List.of(), 1).unmask(accumulated(p, masked(p, lanes)).sum());

    assertThat(lanesOf(sum)).isEqualTo(expected);
    assertThat(sum.devices()).isEqualTo(devices);
  }

  @Property(tries = 100)
  void sum_wrapsAtTwoToTheRingBits(
      @ForAll @IntRange(min = 1, max = 40) int parameters, @ForAll long seed) throws IOException {
    // residues of the full ring, as a masked protocol sends them
    QuantizationParameters p = training(parameters, 1000);
    Random random = new Random(seed);
    long modulus = 1L << p.ringBits();
    long[] expected = new long[p.vectorLength()];
    MaskedAccumulator accumulator = PLAIN.newAccumulator(p);
    for (int device = 0; device < 5; device++) {
      byte[] packed = new byte[(int) p.packedBytes()];
      for (int i = 0; i < expected.length; i++) {
        long residue = random.nextLong() & (modulus - 1);
        Bits.setResidue(packed, 0, i, p.ringBits(), residue);
        expected[i] = (expected[i] + residue) % modulus;
      }
      accumulator.add(PackedSource.of(packed));
    }

    assertThat(lanesOf(PLAIN.unmasker(p, List.of(), 1).unmask(accumulator.sum())))
        .isEqualTo(expected);
  }

  @Property(tries = 50)
  void sum_doesNotDependOnTheOrderOfArrival_norOnTheNumberOfThreads(
      @ForAll @IntRange(min = 1, max = 4) int threads, @ForAll long seed) throws Exception {
    QuantizationParameters p = training(10_007, 64);
    List<MaskedUpdate> updates = masked(p, randomLanes(p, 12, seed));
    long[] inOrder = lanesOf(PLAIN.unmasker(p, List.of(), 1).unmask(accumulated(p, updates).sum()));

    List<MaskedUpdate> shuffled = new ArrayList<>(updates);
    Collections.shuffle(shuffled, new Random(seed));
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    MaskedAccumulator merged = PLAIN.newAccumulator(p);
    try {
      List<Future<MaskedAccumulator>> parts = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        List<MaskedUpdate> share = new ArrayList<>();
        for (int i = t; i < shuffled.size(); i += threads) {
          share.add(shuffled.get(i));
        }
        parts.add(pool.submit(() -> accumulated(p, share)));
      }
      for (Future<MaskedAccumulator> part : parts) {
        merged.merge(part.get());
      }
    } finally {
      pool.shutdown();
    }

    assertThat(merged.uploads()).isEqualTo(12);
    assertThat(lanesOf(PLAIN.unmasker(p, List.of(), 1).unmask(merged.sum()))).isEqualTo(inOrder);
  }

  @Property(tries = 200)
  void packedUpdate_holdsEachLaneInItsPlace_andZeroPadding(
      @ForAll @IntRange(min = 1, max = 300) int parameters,
      @ForAll @IntRange(min = 1, max = 5000) int maxDevices,
      @ForAll long seed) {
    QuantizationParameters p = training(parameters, maxDevices);
    int[] lanes = randomLanes(p, 1, seed).get(0);

    byte[] packed = PLAIN.masker(p, List.of()).mask(new QuantizedUpdate(p, lanes.clone())).packed();

    byte[] expected = new byte[(int) p.packedBytes()];
    for (int i = 0; i < lanes.length; i++) {
      Bits.setResidue(expected, 0, i, p.ringBits(), lanes[i]);
    }
    assertThat(packed).isEqualTo(expected);
  }

  @Test
  void upload_ofAnotherLength_isRefused_andChangesNothing() throws IOException {
    QuantizationParameters p = training(100, 4);
    MaskedAccumulator accumulator = PLAIN.newAccumulator(p);

    assertThatThrownBy(() -> accumulator.add(PackedSource.of(new byte[7])))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected " + p.packedBytes() + " bytes, got 7");

    accumulator.add(PackedSource.of(new byte[(int) p.packedBytes()]));
    assertThat(accumulator.uploads()).isEqualTo(1);
  }

  @Test
  void sourceThatFailsHalfWay_tearsTheAccumulator_andNoSumLeavesIt() {
    QuantizationParameters p = training(100, 4);
    MaskedAccumulator accumulator = PLAIN.newAccumulator(p);
    PackedSource failing =
        new PackedSource() {
          @Override
          public long lengthBytes() {
            return p.packedBytes();
          }

          @Override
          public void forEachChunk(ChunkConsumer consumer) throws IOException {
            consumer.accept(new byte[20], 0, 20);
            throw new IOException("disk gone");
          }
        };

    assertThatThrownBy(() -> accumulator.add(failing))
        .isInstanceOf(IOException.class)
        .hasMessage("disk gone");
    assertThatThrownBy(accumulator::sum)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("torn");
    assertThatThrownBy(() -> PLAIN.newAccumulator(p).merge(accumulator))
        .hasMessageContaining("torn");
  }

  @Test
  void moreUploadsThanTheModulusHolds_areRefused() throws IOException {
    QuantizationParameters p = training(3, 2);
    PackedSource upload = PackedSource.of(new byte[(int) p.packedBytes()]);
    MaskedAccumulator accumulator = PLAIN.newAccumulator(p);
    accumulator.add(upload);
    accumulator.add(upload);

    assertThatThrownBy(() -> accumulator.add(upload))
        .hasMessageContaining("at most 2 uploads, got 3");
    MaskedAccumulator other = PLAIN.newAccumulator(p);
    other.add(upload);
    assertThatThrownBy(() -> accumulator.merge(other))
        .hasMessageContaining("at most 2 uploads, got 3");
    assertThat(accumulator.sum().uploads()).isEqualTo(2);
  }

  @Test
  void sum_isHandedOverOnce() {
    MaskedAccumulator accumulator = PLAIN.newAccumulator(training(3, 2));
    accumulator.sum();

    assertThatThrownBy(accumulator::sum)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("handed over");
  }

  @Test
  void nothing_cannotBeUnmasked() {
    QuantizationParameters p = training(3, 2);
    MaskedSum empty = PLAIN.newAccumulator(p).sum();

    assertThatThrownBy(() -> PLAIN.unmasker(p, List.of(), 1).unmask(empty))
        .hasMessageContaining("at least one upload");
  }

  @Test
  void accumulatorsOfOtherParameters_doNotMerge() {
    MaskedAccumulator accumulator = PLAIN.newAccumulator(training(3, 2));

    assertThatThrownBy(() -> accumulator.merge(PLAIN.newAccumulator(training(4, 2))))
        .hasMessageContaining("merge");
    assertThatThrownBy(() -> accumulator.merge(accumulator)).hasMessageContaining("merge");
  }
}
