package dev.tributary.aggregation.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;

class ModelLayoutTest {

  private static final ModelLayout MLP =
      ModelLayout.of(
          TensorSpec.of("0.weight", 128, 784),
          TensorSpec.of("0.bias", 128),
          TensorSpec.of("2.weight", 10, 128),
          TensorSpec.of("2.bias", 10));

  @Test
  void tensors_lieOneAfterTheOther() {
    assertThat(MLP.dimension()).isEqualTo(101_770);
    assertThat(MLP.offset("0.weight")).isZero();
    assertThat(MLP.offset("0.bias")).isEqualTo(100_352);
    assertThat(MLP.offset(2)).isEqualTo(100_480);
    assertThat(MLP.offset("2.bias")).isEqualTo(101_760);
    assertThat(MLP.tensor("2.weight").elementCount()).isEqualTo(1280);
    assertThat(MLP.contains("3.bias")).isFalse();
  }

  @Test
  void scalar_isOneNumber() {
    assertThat(TensorSpec.of("temperature").elementCount()).isEqualTo(1);
  }

  @Test
  void shape_isCopiedInAndOut() {
    int[] shape = {2, 3};
    TensorSpec spec = new TensorSpec("w", shape);
    shape[0] = 9;
    spec.shape()[1] = 9;

    assertThat(spec).isEqualTo(TensorSpec.of("w", 2, 3));
  }

  @Test
  void unknownTensor_isNamed() {
    assertThatThrownBy(() -> MLP.offset("9.weight"))
        .isInstanceOf(NoSuchElementException.class)
        .hasMessageContaining("9.weight");
  }

  @Test
  void impossibleTensors_areRefused() {
    assertThatThrownBy(() -> TensorSpec.of("")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> TensorSpec.of("w".repeat(257)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> TensorSpec.of("a\nb")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> TensorSpec.of("\ud800")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> TensorSpec.of("__metadata__"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> TensorSpec.of("w", 3, 0))
        .hasMessageContaining("at least 1, got [3, 0]");
    assertThatThrownBy(() -> TensorSpec.of("w", 1 << 16, 1 << 16)).hasMessageContaining("elements");
    assertThatThrownBy(() -> TensorSpec.of("w", 1, 1, 1, 1, 1, 1, 1, 1, 1))
        .hasMessageContaining("dimensions");
  }

  @Test
  void impossibleLayouts_areRefused() {
    assertThatThrownBy(() -> new ModelLayout(List.of()))
        .hasMessageContaining("at least one tensor");
    assertThatThrownBy(() -> ModelLayout.of(TensorSpec.of("w", 1), TensorSpec.of("w", 2)))
        .hasMessageContaining("two tensors are named w");
    TensorSpec[] large = {
      TensorSpec.of("a", 1 << 28),
      TensorSpec.of("b", 1 << 28),
      TensorSpec.of("c", 1 << 28),
      TensorSpec.of("d", 1 << 28),
      TensorSpec.of("e", 1)
    };
    assertThatThrownBy(() -> ModelLayout.of(large))
        .hasMessageContaining("parameters")
        .hasMessageContaining("tensor e");
  }

  @Test
  void stateOfAnotherLength_isRefused() {
    assertThatThrownBy(() -> new ModelState(MLP, new float[3]))
        .hasMessageContaining("expected 101770 values, got 3");
  }
}
