package dev.tributary.aggregation.optimize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.aggregation.model.ModelLayout;
import dev.tributary.aggregation.model.ModelState;
import dev.tributary.aggregation.model.Safetensors;
import dev.tributary.aggregation.model.TensorSpec;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FedAvgTest {

  private static final ModelLayout LAYOUT = ModelLayout.of(TensorSpec.of("w", 2));

  private static ModelState model(float... values) {
    return new ModelState(LAYOUT, values);
  }

  private static MeanUpdate mean(float... values) {
    return new MeanUpdate(values, 1, 1);
  }

  @Test
  void withoutMomentum_theModelMovesByTheMean_timesTheLearningRate() {
    OptimizedModel next =
        new FedAvg(0.5f, 0).step(model(1f, 2f), mean(2f, -4f), OptimizerState.empty());

    assertThat(next.model()).isEqualTo(model(2f, 0f));
    assertThat(next.state().isEmpty()).isTrue();
  }

  @Test
  void withMomentum_velocityAccumulates() {
    FedAvg optimizer = new FedAvg(1f, 0.5f);
    OptimizedModel first = optimizer.step(model(0f, 0f), mean(1f, 2f), OptimizerState.empty());
    OptimizedModel second = optimizer.step(first.model(), mean(1f, 0f), first.state());

    assertThat(first.model()).isEqualTo(model(1f, 2f));
    assertThat(second.state().velocity()).containsExactly(1.5f, 1f);
    assertThat(second.model()).isEqualTo(model(2.5f, 3f));
  }

  @Test
  void step_changesNoneOfItsArguments() {
    ModelState model = model(1f, 2f);
    MeanUpdate mean = mean(3f, 4f);
    OptimizerState state = new OptimizerState(new float[] {5f, 6f});
    new FedAvg(1f, 0.9f).step(model, mean, state);

    assertThat(model).isEqualTo(model(1f, 2f));
    assertThat(mean.mean()).containsExactly(3f, 4f);
    assertThat(state.velocity()).containsExactly(5f, 6f);
  }

  @Test
  void savedAndReadAgain_theStateGivesTheSameStep(@TempDir Path folder) throws Exception {
    FedAvg optimizer = new FedAvg(0.3f, 0.9f);
    OptimizedModel first = optimizer.step(model(1f, 2f), mean(0.1f, 0.2f), OptimizerState.empty());
    Path file = folder.resolve("state.safetensors");
    try (OutputStream out = Files.newOutputStream(file)) {
      Safetensors.write(first.state().toModelState().orElseThrow(), out);
    }
    OptimizerState restored = OptimizerState.fromModelState(Safetensors.read(file));

    assertThat(optimizer.step(first.model(), mean(0.5f, 0.6f), restored))
        .isEqualTo(optimizer.step(first.model(), mean(0.5f, 0.6f), first.state()));
  }

  @Test
  void emptyState_hasNothingToSave_andAModelIsNoState() {
    assertThat(OptimizerState.empty().toModelState()).isEmpty();
    assertThatThrownBy(() -> OptimizerState.fromModelState(model(1f, 2f)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("velocity");
  }

  @Test
  void stepToInfinity_isRefused() {
    FedAvg optimizer = new FedAvg(10f, 0);
    MeanUpdate huge = mean(0f, Float.MAX_VALUE);

    assertThatThrownBy(() -> optimizer.step(model(0f, 0f), huge, OptimizerState.empty()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("index 1");
  }

  @Test
  void otherDimensions_areRefused() {
    FedAvg optimizer = new FedAvg(1f, 0.5f);

    assertThatThrownBy(() -> optimizer.step(model(0f, 0f), mean(1f), OptimizerState.empty()))
        .hasMessageContaining("expected 2 coordinates, got 1");
    assertThatThrownBy(
            () -> optimizer.step(model(0f, 0f), mean(1f, 1f), new OptimizerState(new float[] {1f})))
        .hasMessageContaining("velocity: expected 2 coordinates, got 1");
  }

  @ParameterizedTest
  @CsvSource({"0,0", "-1,0", "NaN,0", "Infinity,0", "1,1", "1,-0.1", "1,NaN"})
  void impossibleRates_areRefused(float learningRate, float momentum) {
    assertThatThrownBy(() -> new FedAvg(learningRate, momentum))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("server");
  }
}
