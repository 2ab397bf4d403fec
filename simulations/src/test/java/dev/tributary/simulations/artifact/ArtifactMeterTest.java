package dev.tributary.simulations.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tributary.aggregation.compress.ModelArtifact;
import dev.tributary.aggregation.compress.ModelCompressor;
import dev.tributary.aggregation.compress.SpecifiedModel;
import dev.tributary.aggregation.compress.codec.ModelCodecs;
import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.runtime.Examples;
import dev.tributary.aggregation.runtime.ModelRuntimes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Networks whose answers are known without computing them. */
class ArtifactMeterTest {

  private static final ModelSpec SPEC =
      ModelSpec.fromJson(
          """
          {"format":"tributary-model/1","input":[3],"layers":[{"type":"linear","units":3}],
           "loss":"softmax-cross-entropy","classes":3}""");

  /** Which feature is 1 in each row; the others are 0. */
  private static final int[] SHOWN = {0, 0, 0, 1, 1, 1, 1, 2, 2, 2};

  private static final int[] LABELS = {0, 0, 1, 1, 1, 2, 2, 2, 2, 0};

  private static Examples rows() {
    float[] features = new float[3 * SHOWN.length];
    for (int row = 0; row < SHOWN.length; row++) {
      features[3 * row + SHOWN[row]] = 1;
    }
    return Examples.of(features, 3, LABELS);
  }

  /** Says class 1 whatever it is shown. */
  private static ModelArtifact constant() {
    return artifact(new float[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0}, "float32");
  }

  /** Says the class whose feature is 1. */
  private static ModelArtifact repeating(String codec) {
    return artifact(new float[] {1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0}, codec);
  }

  private static ModelArtifact artifact(float[] weights, String codec) {
    return ModelCompressor.with(ModelCodecs.named(codec).orElseThrow())
        .compress(SpecifiedModel.of(SPEC, weights));
  }

  private static Map<String, ModelArtifact> artifacts() {
    Map<String, ModelArtifact> artifacts = new LinkedHashMap<>();
    artifacts.put("constant", constant());
    artifacts.put("repeating", repeating("float32"));
    artifacts.put("int8", repeating("int8"));
    return artifacts;
  }

  private static List<ArtifactFigures> figures() throws Exception {
    try (var workers = new Workers(ModelRuntimes.forSpec(SPEC, "java"), 2)) {
      return new ArtifactMeter(workers, 3).onRows(artifacts(), rows());
    }
  }

  @Test
  void accuracy_isTheShareOfRowsToldRight() throws Exception {
    List<ArtifactFigures> figures = figures();
    assertThat(figures)
        .extracting(ArtifactFigures::name)
        .containsExactly("constant", "repeating", "int8");
    assertThat(figures)
        .extracting(figure -> figure.evaluation().accuracy())
        .containsExactly(0.3, 0.6, 0.6);
    assertThat(figures.get(1).accuracyLoss(figures.get(0))).isCloseTo(-0.3, within(1e-12));
    assertThat(figures.get(0).evaluation().confusion().recall(1)).isEqualTo(1);
    assertThat(figures.get(0).evaluation().confusion().recall(0)).isZero();
    // -log softmax of the class told, of which the value is 4 and two others are 0, or is 0.
    double all = Math.log(Math.exp(4) + 2);
    assertThat(figures.get(0).evaluation().meanLoss()).isCloseTo(all - 0.3 * 4, within(1e-5));
  }

  @Test
  void agreement_isTheShareOfRowsOnWhichTheFirstSaysTheSame_rightOrNot() throws Exception {
    assertThat(figures())
        .extracting(ArtifactFigures::agreement)
        .containsExactly(1.0, 0.4, 0.4); // class 1 is shown in four of ten rows
  }

  @Test
  void size_isThatOfTheFile_andEveryArtifactIsTimed() throws Exception {
    List<ArtifactFigures> figures = figures();
    List<ModelArtifact> given = List.copyOf(artifacts().values());
    for (int i = 0; i < given.size(); i++) {
      assertThat(figures.get(i).bytes()).isEqualTo(given.get(i).bytes().length);
      assertThat(figures.get(i).latencyMillis()).isPositive();
      assertThat(figures.get(i).singleMillis()).isPositive();
    }
    assertThat(figures.get(2).sizeRatio(figures.get(0)))
        .isEqualTo((double) given.get(0).bytes().length / given.get(2).bytes().length);
  }

  @Test
  void withoutLabels_thereIsNoAccuracy_andAskingForItNamesTheArtifact() throws Exception {
    try (var workers = new Workers(ModelRuntimes.forSpec(SPEC, "java"), 1)) {
      ArtifactFigures figures = new ArtifactMeter(workers, 1).onSpeed(artifacts(), rows()).get(2);
      assertThat(figures.quality()).isEmpty();
      assertThat(figures.fields(figures)).containsKey("bytes").doesNotContainKey("accuracy");
      assertThatThrownBy(figures::evaluation)
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("artifact int8: its accuracy was not measured");
    }
  }
}
