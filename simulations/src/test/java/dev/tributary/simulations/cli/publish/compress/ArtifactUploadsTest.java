package dev.tributary.simulations.cli.publish.compress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.aggregation.compress.ArtifactKind;
import dev.tributary.aggregation.compress.ModelArtifact;
import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.runtime.ConfusionMatrix;
import dev.tributary.aggregation.runtime.Evaluation;
import dev.tributary.simulations.artifact.ArtifactFigures;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArtifactUploadsTest {

  private static final ModelSpec SPEC =
      ModelSpec.fromJson(
          """
          {"format":"tributary-model/1","input":[1],"layers":[{"type":"linear","units":2}],
           "loss":"softmax-cross-entropy","classes":2}""");

  /** The coordinator takes numbers only; of a model that has diverged the loss may be none. */
  @ParameterizedTest
  @CsvSource({"NaN, 1.7976931348623157E308", "Infinity, 1.7976931348623157E308", "5, 2.5"})
  void loss_isSentAsANumber_thatOfADivergedModelAsTheLargest(double lossSum, double sent) {
    var evaluation = new Evaluation(2, lossSum, ConfusionMatrix.of(2, new long[] {1, 0, 1, 0}));
    var figures =
        new ArtifactFigures(
            "float32",
            ModelArtifact.of(ArtifactKind.FLOAT32, SPEC, new byte[1], List.of("float32")),
            "java",
            Optional.of(new ArtifactFigures.Quality(evaluation, 1)),
            1,
            1);

    var document = ArtifactUploads.measured(figures, "rows");

    assertThat(document.path("loss").isNumber()).isTrue();
    assertThat(document.path("loss").doubleValue()).isEqualTo(sent);
    assertThat(document.path("classes")).hasSize(2);
  }
}
