package dev.tributary.aggregation.mask;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.aggregation.mask.keystream.Mask;
import dev.tributary.aggregation.mask.keystream.NaiveMasks;
import dev.tributary.aggregation.quantize.QuantizationParameters;
import dev.tributary.aggregation.quantize.QuantizedUpdate;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Both halves: what devices mask and pack, the coordinator sums and unmasks. */
class AppliedMasksTest {

  private static final RoundProtocol PLAIN = RoundProtocol.of(ProtocolKind.PLAIN);
  private static final RoundProtocol SECAGG = RoundProtocol.of(ProtocolKind.SECAGG_PLUS);

  @Provide
  Arbitrary<QuantizationParameters> parameters() {
    return Arbitraries.of(
        QuantizationParameters.forTraining(1, 16, 1f, 1f, 1, 10),
        QuantizationParameters.forTraining(999, 8, 1f, 1f, 1, 10),
        QuantizationParameters.forTraining(5000, 16, 1f, 1f, 1, 1 << 16),
        QuantizationParameters.forEvaluation(2, 10),
        QuantizationParameters.forEvaluation(40, 1 << 24));
  }

  @Property(tries = 100)
  void sumOfMaskedUpdates_unmasked_isTheSumOfTheUpdates(
      @ForAll("parameters") QuantizationParameters parameters,
      @ForAll @IntRange(min = 1, max = 5) int devices,
      @ForAll @IntRange(min = 1, max = 9) int masksOfADevice,
      @ForAll @IntRange(min = 1, max = 3) int threads,
      @ForAll long seed)
      throws Exception {
    Random random = new Random(seed);
    MaskedAccumulator masked = PLAIN.newAccumulator(parameters);
    MaskedAccumulator plain = PLAIN.newAccumulator(parameters);
    List<Mask> left = new ArrayList<>();
    for (int i = 0; i < devices; i++) {
      int[] lanes = lanes(parameters, random);
      List<Mask> masks = NaiveMasks.masks(masksOfADevice, random.nextLong());
      masks.forEach(mask -> left.add(mask.inverse()));
      plain.add(
          PLAIN
              .masker(parameters, List.of())
              .mask(new QuantizedUpdate(parameters, lanes.clone()))
              .source());
      MaskedUpdate sent =
          SECAGG.masker(parameters, masks).mask(new QuantizedUpdate(parameters, lanes));
      masked.add(sent.source());
    }

    AggregateSum sum = SECAGG.unmasker(parameters, left, threads).unmask(masked.sum());

    AggregateSum expected = PLAIN.unmasker(parameters, List.of(), 1).unmask(plain.sum());
    for (int i = 0; i < parameters.vectorLength(); i++) {
      assertThat(sum.at(i)).isEqualTo(expected.at(i));
    }
  }

  @Test
  void oneMaskLeftInTheSum_hidesIt() throws Exception {
    QuantizationParameters parameters = QuantizationParameters.forTraining(999, 16, 1f, 1f, 1, 10);
    List<Mask> masks = NaiveMasks.masks(10, 1);
    MaskedAccumulator masked = PLAIN.newAccumulator(parameters);
    masked.add(
        SECAGG
            .masker(parameters, masks)
            .mask(new QuantizedUpdate(parameters, new int[1000]))
            .source());
    List<Mask> allButOne = masks.stream().skip(1).map(Mask::inverse).toList();

    AggregateSum sum = SECAGG.unmasker(parameters, allButOne, 1).unmask(masked.sum());

    int[] mask = NaiveMasks.sumOfInts(masks.subList(0, 1), 1000);
    for (int i = 0; i < 1000; i++) {
      assertThat(sum.at(i)).isEqualTo(mask[i] & (1L << parameters.ringBits()) - 1);
    }
  }

  @Test
  void interruptedStage_isCancelled_andTheInterruptStaysPending() throws Exception {
    QuantizationParameters parameters = QuantizationParameters.forTraining(9, 16, 1f, 1f, 1, 10);
    List<Mask> masks = NaiveMasks.masks(2, 2);
    QuantizedUpdate update = new QuantizedUpdate(parameters, new int[10]);
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> SECAGG.masker(parameters, masks).mask(update))
        .isInstanceOf(CancellationException.class)
        .hasMessageContaining("masking");
    assertThat(Thread.interrupted()).isTrue();

    MaskedAccumulator accumulator = PLAIN.newAccumulator(parameters);
    accumulator.add(SECAGG.masker(parameters, masks).mask(update).source());
    MaskedSum sum = accumulator.sum();
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> SECAGG.unmasker(parameters, masks, 2).unmask(sum))
        .isInstanceOf(CancellationException.class)
        .hasMessageContaining("unmasking");
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void masksWithoutAProtocolForThem_andNoneWhereItAsksForSome_areRefused() {
    QuantizationParameters parameters = QuantizationParameters.forTraining(9, 16, 1f, 1f, 1, 10);
    List<Mask> masks = NaiveMasks.masks(1, 3);
    assertThatThrownBy(() -> PLAIN.masker(parameters, masks)).hasMessageContaining("none");
    assertThatThrownBy(() -> PLAIN.unmasker(parameters, masks, 1)).hasMessageContaining("none");
    assertThatThrownBy(() -> SECAGG.masker(parameters, List.of())).hasMessageContaining("got none");
    assertThatThrownBy(() -> SECAGG.unmasker(parameters, List.of(), 1))
        .hasMessageContaining("got none");
  }

  /** Full lanes: their sum must not wrap at the modulus, whatever masks did in between. */
  private static int[] lanes(QuantizationParameters parameters, Random random) {
    int[] lanes = new int[parameters.vectorLength()];
    for (int i = 0; i < lanes.length; i++) {
      lanes[i] = (int) (random.nextLong() & parameters.maxLane());
    }
    return lanes;
  }
}
