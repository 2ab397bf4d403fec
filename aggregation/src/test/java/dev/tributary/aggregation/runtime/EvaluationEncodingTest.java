package dev.tributary.aggregation.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tributary.aggregation.mask.MaskedAccumulator;
import dev.tributary.aggregation.mask.ProtocolKind;
import dev.tributary.aggregation.mask.RoundProtocol;
import dev.tributary.aggregation.quantize.QuantizationParameters;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class EvaluationEncodingTest {
  private static final int CLASSES = 3;
  private static final QuantizationParameters PARAMETERS =
      QuantizationParameters.forEvaluation(CLASSES, 1000);

  @Test
  void theDecodedSum_isTheMergeOfTheEvaluations() throws IOException {
    Random random = new Random(1);
    List<Evaluation> evaluations = Stream.generate(() -> random(random)).limit(50).toList();
    Evaluation merged = evaluations.stream().reduce(Evaluation.empty(CLASSES), Evaluation::merge);
    Evaluation decoded = sum(evaluations);
    assertThat(decoded.confusion()).isEqualTo(merged.confusion());
    assertThat(decoded.examples()).isEqualTo(merged.examples());
    assertThat(decoded.lossSum()).isCloseTo(merged.lossSum(), within(50 * 0x1p-11));
  }

  @Test
  void lossesOfWholeUnits_areExact() throws IOException {
    Evaluation one =
        new Evaluation(1, 2.5 + 0x1p-10, ConfusionMatrix.of(2, new long[] {0, 1, 0, 0}));
    Evaluation decoded = sum(List.of(one, one, one), QuantizationParameters.forEvaluation(2, 3));
    assertThat(decoded).isEqualTo(one.merge(one).merge(one));
  }

  @Test
  void theLargestCounts_sumWithoutWrapping() throws IOException {
    long most = (1L << 32) - 1;
    Evaluation one = new Evaluation(most, 0, ConfusionMatrix.of(2, new long[] {most, 0, 0, 0}));
    Evaluation decoded =
        sum(List.of(one, one, one, one), QuantizationParameters.forEvaluation(2, 4));
    assertThat(decoded.examples()).isEqualTo(4 * most);
  }

  @Test
  void aDivergedLoss_countsAsTheWorst() throws IOException {
    for (double loss : new double[] {Double.NaN, Double.POSITIVE_INFINITY, 1e12}) {
      Evaluation diverged = new Evaluation(1, loss, ConfusionMatrix.of(2, new long[] {0, 1, 0, 0}));
      assertThat(sum(List.of(diverged), QuantizationParameters.forEvaluation(2, 1)).lossSum())
          .isEqualTo(((1L << 32) - 1) / 1024.0);
    }
  }

  @Test
  void otherParameters_areRefused() {
    Evaluation two = Evaluation.empty(2);
    assertThatThrownBy(() -> EvaluationEncoding.encode(two, PARAMETERS))
        .hasMessageContaining("3 classes");
    var training = QuantizationParameters.forTraining(9, 8, 1f, 1f, 10, 10);
    assertThatThrownBy(() -> EvaluationEncoding.encode(Evaluation.empty(3), training))
        .hasMessageContaining("not the parameters of an evaluation");
    long tooMany = 1L << 32;
    Evaluation crowd =
        new Evaluation(tooMany, 0, ConfusionMatrix.of(2, new long[] {tooMany, 0, 0, 0}));
    assertThatThrownBy(
            () -> EvaluationEncoding.encode(crowd, QuantizationParameters.forEvaluation(2, 4)))
        .hasMessageContaining("4294967296");
  }

  private static Evaluation random(Random random) {
    long[] counts = random.longs(CLASSES * CLASSES, 0, 1000).toArray();
    ConfusionMatrix confusion = ConfusionMatrix.of(CLASSES, counts);
    return new Evaluation(
        confusion.total(), random.nextInt(1 << 20) * Evaluation.LOSS_UNIT * 100, confusion);
  }

  private static Evaluation sum(List<Evaluation> evaluations) throws IOException {
    return sum(evaluations, PARAMETERS);
  }

  private static Evaluation sum(List<Evaluation> evaluations, QuantizationParameters parameters)
      throws IOException {
    RoundProtocol plain = RoundProtocol.of(ProtocolKind.PLAIN);
    MaskedAccumulator accumulator = plain.newAccumulator(parameters);
    for (Evaluation evaluation : evaluations) {
      accumulator.add(
          plain
              .masker(parameters, List.of())
              .mask(EvaluationEncoding.encode(evaluation, parameters))
              .source());
    }
    return EvaluationEncoding.decode(
        plain.unmasker(parameters, List.of(), 1).unmask(accumulator.sum()));
  }
}
