package dev.tributary.aggregation.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ConfusionMatrixTest {
  /**
   * Actual 0: 5 right, 1 taken for 1. Actual 1: 2 right, 3 taken for 0. Class 2 never seen, taken
   * once for a 1.
   */
  private static final ConfusionMatrix MATRIX =
      ConfusionMatrix.of(3, new long[] {5, 1, 0, 3, 2, 1, 0, 0, 0});

  @Test
  void metrics_areThoseOfScikitLearn() {
    // sklearn.metrics.precision_recall_fscore_support(..., zero_division=0, labels=[0, 1, 2])
    assertThat(MATRIX.accuracy()).isCloseTo(7 / 12.0, within(1e-15));
    assertThat(MATRIX.precision(0)).isCloseTo(5 / 8.0, within(1e-15));
    assertThat(MATRIX.precision(1)).isCloseTo(2 / 3.0, within(1e-15));
    assertThat(MATRIX.recall(0)).isCloseTo(5 / 6.0, within(1e-15));
    assertThat(MATRIX.recall(1)).isCloseTo(2 / 6.0, within(1e-15));
    assertThat(MATRIX.f1(0)).isCloseTo(10 / 14.0, within(1e-15));
    assertThat(MATRIX.f1(1)).isCloseTo(4 / 9.0, within(1e-15));
    assertThat(MATRIX.macroF1()).isCloseTo((10 / 14.0 + 4 / 9.0) / 3, within(1e-15));
    assertThat(MATRIX.macroRecall()).isCloseTo((5 / 6.0 + 2 / 6.0) / 3, within(1e-15));
    assertThat(MATRIX.macroPrecision()).isCloseTo((5 / 8.0 + 2 / 3.0) / 3, within(1e-15));
  }

  @Test
  void aClassWithoutExamples_hasZeroMetricsAndCountsInTheMean() {
    assertThat(MATRIX.actual(2)).isZero();
    assertThat(MATRIX.recall(2)).isZero();
    assertThat(MATRIX.precision(2)).isZero();
    assertThat(MATRIX.f1(2)).isZero();
  }

  @Test
  void noExamples_giveZeroAndNotNaN() {
    ConfusionMatrix empty = ConfusionMatrix.empty(2);
    assertThat(empty.accuracy()).isZero();
    assertThat(empty.macroF1()).isZero();
    assertThat(Evaluation.empty(2).meanLoss()).isZero();
  }

  @Test
  void merging_addsCellByCell_inAnyOrder() {
    ConfusionMatrix other = ConfusionMatrix.of(3, new long[] {1, 2, 3, 4, 5, 6, 7, 8, 9});
    assertThat(MATRIX.merge(other)).isEqualTo(other.merge(MATRIX));
    assertThat(MATRIX.merge(other).count(1, 0)).isEqualTo(7);
    assertThat(MATRIX.merge(other).total()).isEqualTo(57);
  }

  @Test
  void whatIsNoMatrix_isRefused() {
    assertThatThrownBy(() -> ConfusionMatrix.of(2, new long[3]))
        .hasMessageContaining("4 counts, not 3");
    assertThatThrownBy(() -> ConfusionMatrix.of(1, new long[1])).hasMessageContaining("at least 2");
    assertThatThrownBy(() -> ConfusionMatrix.of(2, new long[] {0, -1, 0, 0}))
        .hasMessageContaining("counted -1 times");
    assertThatThrownBy(() -> MATRIX.merge(ConfusionMatrix.empty(2)))
        .hasMessageContaining("of 3 and of 2 classes");
    assertThatThrownBy(() -> new Evaluation(11, 0, MATRIX))
        .hasMessageContaining("counts 12 examples");
  }

  @Test
  void theMatrix_ownsItsCounts() {
    long[] counts = {1, 0, 0, 1};
    ConfusionMatrix matrix = ConfusionMatrix.of(2, counts);
    counts[0] = 9;
    matrix.toArray()[0] = 9;
    assertThat(matrix.count(0, 0)).isEqualTo(1);
  }
}
