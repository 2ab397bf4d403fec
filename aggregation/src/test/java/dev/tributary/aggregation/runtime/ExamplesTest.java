package dev.tributary.aggregation.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ExamplesTest {
  private final Examples examples =
      Examples.of(new float[] {0, 1, 10, 11, 20, 21}, 2, new int[] {5, 6, 7});

  @Test
  void aSubsetOfASubset_namesTheRowsOfTheFirst() {
    Examples subset = examples.subset(new int[] {2, 0, 2}).subset(new int[] {1, 2});
    assertThat(subset.size()).isEqualTo(2);
    assertThat(subset.label(0)).isEqualTo(5);
    assertThat(subset.label(1)).isEqualTo(7);
    assertThat(subset.feature(1, 1)).isEqualTo(21);
    float[] row = new float[3];
    subset.copyFeatures(1, row, 1);
    assertThat(row).containsExactly(0, 20, 21);
  }

  @Test
  void aRange_isTheRowsInOrder() {
    Examples range = examples.range(1, 3);
    assertThat(range.size()).isEqualTo(2);
    assertThat(range.label(0)).isEqualTo(6);
    assertThat(examples.range(1, 1).size()).isZero();
  }

  @Test
  void whatDoesNotFit_isRefused() {
    assertThatThrownBy(() -> Examples.of(new float[5], 2, new int[3]))
        .hasMessageContaining("6 feature values, not 5");
    assertThatThrownBy(() -> Examples.of(new float[2], 2, new int[] {-1}))
        .hasMessageContaining("row 0 is -1");
    assertThatThrownBy(() -> examples.label(3)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> examples.subset(new int[] {3}))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> examples.range(2, 4)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void theText_tellsNothingOfTheContent() {
    assertThat(examples).hasToString("Examples[size=3, featureSize=2]");
  }

  @Test
  void trainingParameters_outsideTheirRanges_areRefused() {
    assertThatThrownBy(() -> new TrainingParameters(0, 1, 1, 0))
        .hasMessageContaining("epochs is 0");
    assertThatThrownBy(() -> new TrainingParameters(1, 65_537, 1, 0))
        .hasMessageContaining("batchSize is 65537");
    assertThatThrownBy(() -> new TrainingParameters(1, 1, Float.NaN, 0))
        .hasMessageContaining("learningRate is NaN");
    assertThatThrownBy(() -> new TrainingParameters(1, 1, 1, 1))
        .hasMessageContaining("momentum is 1.0");
    assertThat(new TrainingParameters(3, 10, 1, 0).steps(21)).isEqualTo(9);
  }
}
