package dev.tributary.client.model.predict;

import static dev.tributary.client.testing.ModelRepository.SPEC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.tributary.aggregation.compress.ArtifactKind;
import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.publish.FileDigest;
import dev.tributary.aggregation.runtime.Evaluation;
import dev.tributary.aggregation.runtime.Examples;
import dev.tributary.aggregation.runtime.LocalModel;
import dev.tributary.aggregation.runtime.ModelRuntime;
import dev.tributary.aggregation.runtime.SoftTargets;
import dev.tributary.aggregation.runtime.TrainingOutcome;
import dev.tributary.aggregation.runtime.TrainingParameters;
import dev.tributary.client.model.artifact.StoredModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When the memory of a version is freed. */
class LoadedModelTest {

  private static final Examples ONE = Examples.of(new float[2], 2, new int[1]);

  /** Remembers which of its networks are open; a call runs what a test puts inside. */
  private static final class CountingRuntime implements ModelRuntime {
    private final List<LocalModel> open = new ArrayList<>();
    private int made;
    private Runnable inside = () -> {};

    @Override
    public String name() {
      return "counting";
    }

    @Override
    public boolean supports(ModelSpec spec) {
      return true;
    }

    @Override
    public LocalModel open(ModelSpec spec) {
      var network =
          new LocalModel() {
            @Override
            public ModelSpec spec() {
              return spec;
            }

            @Override
            public TrainingOutcome train(
                float[] weights, Examples examples, TrainingParameters parameters, long seed) {
              throw new UnsupportedOperationException();
            }

            @Override
            public TrainingOutcome distill(
                float[] weights,
                Examples examples,
                SoftTargets targets,
                TrainingParameters parameters,
                long seed) {
              throw new UnsupportedOperationException();
            }

            @Override
            public Evaluation evaluate(float[] weights, Examples examples) {
              throw new UnsupportedOperationException();
            }

            @Override
            public float[] predict(float[] weights, Examples examples) {
              assertThat(open).contains(this);
              Runnable now = inside;
              inside = () -> {};
              now.run();
              return weights.clone();
            }

            @Override
            public void close() {
              open.remove(this);
            }
          };
      open.add(network);
      made++;
      return network;
    }
  }

  private final CountingRuntime runtime = new CountingRuntime();

  private LoadedModel loaded() {
    var digest = new FileDigest("0".repeat(64));
    var version = new ModelDigest("0".repeat(64));
    return new LoadedModel(
        new StoredModel(
            digest, version, ArtifactKind.FLOAT32, SPEC, List.of(), digest, 1, Path.of("none")),
        new HealthCounter(digest, version, digest),
        runtime,
        runtime.open(SPEC),
        new float[] {1});
  }

  @Test
  void retiredDuringACall_itIsFreedWhenTheCallEnds() {
    LoadedModel model = loaded();
    assertThat(model.tryHold()).isTrue();
    runtime.inside =
        () -> {
          model.letGo(); // the predictor has another one now
          assertThat(runtime.open).hasSize(1);
        };
    assertThat(model.predict(ONE)).containsExactly(1);
    assertThat(runtime.open).hasSize(1);
    model.letGo();
    assertThat(runtime.open).isEmpty();
    assertThat(model.tryHold()).as("the end is the end").isFalse();
  }

  @Test
  void callsAtOnce_haveANetworkEach_andCallsInTurnShareOne() {
    LoadedModel model = loaded();
    model.predict(ONE);
    model.predict(ONE);
    assertThat(runtime.made).isEqualTo(1);
    runtime.inside = () -> model.predict(ONE); // a call within a call: two at once
    model.predict(ONE);
    assertThat(runtime.made).isEqualTo(2);
    model.letGo();
    assertThat(runtime.open).isEmpty();
  }

  @Test
  void failedCall_leavesNoNetworkBehind() {
    LoadedModel model = loaded();
    runtime.inside =
        () -> {
          throw new IllegalStateException("failed");
        };
    assertThatIllegalStateException().isThrownBy(() -> model.predict(ONE));
    assertThat(runtime.open).isEmpty();
    assertThat(model.predict(ONE)).containsExactly(1);
    assertThat(runtime.made).isEqualTo(2);
  }
}
