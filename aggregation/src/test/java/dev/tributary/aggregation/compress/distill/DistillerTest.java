package dev.tributary.aggregation.compress.distill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.aggregation.compress.Models;
import dev.tributary.aggregation.compress.SpecifiedModel;
import dev.tributary.aggregation.compress.UncompressibleModelException;
import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.runtime.Examples;
import dev.tributary.aggregation.runtime.LocalModel;
import dev.tributary.aggregation.runtime.ModelRuntime;
import dev.tributary.aggregation.runtime.ModelRuntimes;
import dev.tributary.aggregation.runtime.Specs;
import dev.tributary.aggregation.runtime.TrainingParameters;
import org.junit.jupiter.api.Test;

class DistillerTest {

  private static final ModelSpec LARGE = Specs.mlp(10, 40, "relu", 4);
  private static final ModelSpec SMALL = Specs.mlp(10, 6, "relu", 4);

  private static ModelRuntime runtime() {
    return ModelRuntimes.forSpec(LARGE, "java");
  }

  private static Examples withoutLabels(Examples examples) {
    float[] features = new float[examples.size() * examples.featureSize()];
    for (int i = 0; i < examples.size(); i++) {
      examples.copyFeatures(i, features, i * examples.featureSize());
    }
    return Examples.of(features, examples.featureSize(), new int[examples.size()]);
  }

  @Test
  void student_learnsFromItsTeacher_withoutLabels() {
    Examples labelled = Specs.clusters(400, 10, 4, 1);
    float[] weights = Models.initial(LARGE, 2).state().copyOfValues();
    try (LocalModel local = runtime().open(LARGE)) {
      local.train(weights, labelled, new TrainingParameters(10, 10, 0.1f, 0), 3);
    }
    SpecifiedModel teacher = SpecifiedModel.of(LARGE, weights);
    Examples publicExamples = withoutLabels(Specs.clusters(400, 10, 4, 4));

    SpecifiedModel student =
        new Distiller(runtime(), 3)
            .distill(
                Models.initial(SMALL, 5),
                teacher,
                publicExamples,
                new TrainingParameters(20, 10, 0.05f, 0.9f),
                6);

    try (LocalModel local = runtime().open(SMALL)) {
      assertThat(local.evaluate(student.weights(), Specs.clusters(300, 10, 4, 7)).accuracy())
          .isGreaterThan(0.97);
    }
  }

  @Test
  void studentOfAnotherTask_isRefused() {
    ModelSpec other = Specs.mlp(10, 6, "relu", 3);
    assertThatThrownBy(
            () ->
                new Distiller(runtime(), 3)
                    .distill(
                        Models.initial(other, 1),
                        Models.initial(LARGE, 1),
                        Specs.clusters(4, 10, 3, 1),
                        new TrainingParameters(1, 1, 0.1f, 0),
                        1))
        .isInstanceOf(UncompressibleModelException.class)
        .hasMessageContaining("student: expected 10 inputs, 4 classes");
  }
}
