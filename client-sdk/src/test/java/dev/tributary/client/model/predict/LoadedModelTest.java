package dev.tributary.client.model.predict;

import static dev.tributary.client.testing.ModelRepository.SPEC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.tributary.aggregation.compress.ArtifactKind;
import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.aggregation.publish.FileDigest;
import dev.tributary.aggregation.runtime.Examples;
import dev.tributary.client.model.artifact.Network;
import dev.tributary.client.model.artifact.RunnableModel;
import dev.tributary.client.model.artifact.StoredModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When the memory of a version is freed. */
class LoadedModelTest {

  private static final Examples ONE = Examples.of(new float[2], 2, new int[1]);

  /** Remembers which of its networks are open; a call runs what a test puts inside. */
  private static final class CountingModel implements RunnableModel {
    private final List<Network> open = new ArrayList<>();
    private int made;
    private boolean closed;
    private Runnable inside = () -> {};

    @Override
    public Network open() {
      assertThat(closed).isFalse();
      var network =
          new Network() {
            @Override
            public float[] predict(Examples examples) {
              assertThat(open).contains(this);
              assertThat(closed).isFalse();
              Runnable now = inside;
              inside = () -> {};
              now.run();
              return new float[] {1};
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

    @Override
    public void close() {
      assertThat(open).as("networks end before their model").isEmpty();
      assertThat(closed).as("closed once").isFalse();
      closed = true;
    }
  }

  private final CountingModel counting = new CountingModel();

  private LoadedModel loaded() {
    var digest = new FileDigest("0".repeat(64));
    var version = new ModelDigest("0".repeat(64));
    return new LoadedModel(
        new StoredModel(
            digest, version, ArtifactKind.FLOAT32, SPEC, List.of(), digest, 1, Path.of("none")),
        new HealthCounter(digest, version, digest),
        counting);
  }

  @Test
  void retiredDuringACall_itIsFreedWhenTheCallEnds() {
    LoadedModel model = loaded();
    assertThat(model.tryHold()).isTrue();
    counting.inside =
        () -> {
          model.letGo(); // the predictor has another one now
          assertThat(counting.open).hasSize(1);
        };
    assertThat(model.predict(ONE)).containsExactly(1);
    assertThat(counting.open).hasSize(1);
    assertThat(counting.closed).isFalse();
    model.letGo();
    assertThat(counting.closed).isTrue();
    assertThat(model.tryHold()).as("the end is the end").isFalse();
  }

  @Test
  void callsAtOnce_haveANetworkEach_andCallsInTurnShareOne() {
    LoadedModel model = loaded();
    model.predict(ONE);
    model.predict(ONE);
    assertThat(counting.made).isEqualTo(1);
    counting.inside = () -> model.predict(ONE); // a call within a call: two at once
    model.predict(ONE);
    assertThat(counting.made).isEqualTo(2);
    assertThat(counting.open).hasSize(2);
    model.letGo();
    assertThat(counting.closed).isTrue();
  }

  @Test
  void failedCall_leavesNoNetworkBehind() {
    LoadedModel model = loaded();
    counting.inside =
        () -> {
          throw new IllegalStateException("failed");
        };
    assertThatIllegalStateException().isThrownBy(() -> model.predict(ONE));
    assertThat(counting.open).isEmpty();
    assertThat(model.predict(ONE)).containsExactly(1);
    assertThat(counting.made).isEqualTo(2);
  }
}
