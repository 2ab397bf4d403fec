package dev.tributary.simulations.bench.compression;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.aggregation.compress.prune.ChannelPruner;
import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.model.layer.Shape;
import dev.tributary.aggregation.runtime.Examples;
import dev.tributary.simulations.data.Dataset;
import java.util.Arrays;
import java.util.Collections;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RecipeTest {

  /** One row of what the recipe's network learns. */
  private static Dataset dataset(Recipe recipe) {
    Shape shape = recipe.source() == RowSource.PLAYS ? Shape.of(80) : Shape.of(1, 28, 28);
    int classes = recipe.source() == RowSource.PLAYS ? 65 : 10;
    Examples rows = Examples.of(new float[shape.elements()], shape.elements(), new int[1]);
    return new Dataset(
        "blank",
        rows,
        rows,
        classes,
        shape,
        Optional.empty(),
        Collections.nCopies(classes, "class"));
  }

  @ParameterizedTest
  @MethodSource("dev.tributary.simulations.bench.compression.Recipe#all")
  void pruning_leavesFewerChannels_ofEveryLayerThatHasSome(Recipe recipe) {
    ModelSpec spec = recipe.spec(dataset(recipe));
    int[] layers = ChannelPruner.prunableLayers(spec);

    assertThat(recipe.keptChannels().keySet())
        .containsExactlyInAnyOrderElementsOf(Arrays.stream(layers).boxed().toList());
    recipe
        .keptChannels()
        .forEach(
            (layer, count) ->
                assertThat(count).isBetween(1, ChannelPruner.channels(spec, layer) - 1));
  }

  @ParameterizedTest
  @MethodSource("dev.tributary.simulations.bench.compression.Recipe#all")
  void student_takesAndGivesWhatItsTeacherDoes_withFewerParameters(Recipe recipe) {
    ModelSpec teacher = recipe.spec(dataset(recipe));
    ModelSpec student = recipe.student(teacher);

    assertThat(student.input()).isEqualTo(teacher.input());
    assertThat(student.outputs()).isEqualTo(teacher.outputs());
    assertThat(student.loss()).isEqualTo(teacher.loss());
    assertThat(student.layout().dimension()).isLessThan(teacher.layout().dimension() / 4);
  }

  /** Weights go from lesson to lesson: a lesson on ends of rows must not change their layout. */
  @ParameterizedTest
  @MethodSource("dev.tributary.simulations.bench.compression.Recipe#all")
  void everyLesson_isForTheSameWeights(Recipe recipe) {
    ModelSpec spec = recipe.spec(dataset(recipe));
    for (Lesson lesson : recipe.curriculum().training()) {
      assertThat(lesson.spec(spec).layout()).isEqualTo(spec.layout());
      assertThat(lesson.rows(dataset(recipe).train().subset(new int[8])).featureSize())
          .isEqualTo(lesson.spec(spec).input().elements());
    }
  }

  @Test
  void lessonOnEnds_showsTheLastStepsOfTheFirstRows_withTheirLabels() {
    float[] features = {0, 1, 2, 3, 10, 11, 12, 13, 20, 21, 22, 23, 30, 31, 32, 33};
    Examples rows = Examples.of(features, 4, new int[] {5, 6, 7, 8}).subset(new int[] {2, 1, 0, 3});

    Examples shown = Lesson.of(1, 0.1).onLastSteps(2).onShare(0.75).rows(rows);

    assertThat(shown.size()).isEqualTo(3);
    assertThat(shown.featureSize()).isEqualTo(2);
    float[] first = new float[2];
    shown.copyFeatures(0, first, 0);
    assertThat(first).containsExactly(22, 23);
    assertThat(shown.label(0)).isEqualTo(7);
    assertThat(shown.feature(2, 1)).isEqualTo(3);
    assertThat(shown.label(2)).isEqualTo(5);
  }
}
