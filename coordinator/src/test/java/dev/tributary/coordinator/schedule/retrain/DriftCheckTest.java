package dev.tributary.coordinator.schedule.retrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.aggregation.protocol.TaskName;
import dev.tributary.aggregation.runtime.ConfusionMatrix;
import dev.tributary.aggregation.runtime.Evaluation;
import dev.tributary.coordinator.registry.ModelMetrics;
import dev.tributary.coordinator.registry.ModelVersion.FederatedEvaluation;
import dev.tributary.coordinator.schedule.retrain.Retraining.DriftRule;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DriftCheckTest {

  private static final TaskName CHECK = new TaskName("check");
  private static final DriftRule INDEX =
      new DriftRule(CHECK, 2, Optional.of(0.2), Optional.empty(), 100);
  private static final DriftRule DROP =
      new DriftRule(CHECK, 2, Optional.empty(), Optional.of(0.05), 100);

  /** Counts by label and prediction: (0,0), (0,1), (1,0), (1,1). */
  private static ModelMetrics measured(long... confusion) {
    var matrix = ConfusionMatrix.of(2, confusion);
    return ModelMetrics.of(new Evaluation(matrix.total(), 1, matrix));
  }

  private static List<FederatedEvaluation> rounds(TaskName task, ModelMetrics... each) {
    List<FederatedEvaluation> rounds = new ArrayList<>();
    for (ModelMetrics metrics : each) {
      rounds.add(
          new FederatedEvaluation(
              new RoundId(task, rounds.size() + 1L), 5, metrics, Instant.EPOCH));
    }
    return rounds;
  }

  @Test
  void stabilityIndex_isThatOfItsFormula() {
    double p = 300.5 / 401;
    double q = 200.5 / 401;
    double index = (p - q) * Math.log(p / q) + (q - p) * Math.log((1 - p) / (1 - q));
    assertThat(DriftCheck.stabilityIndex(new long[] {200, 200}, new long[] {300, 100}))
        .isCloseTo(index, within(1e-12))
        .isCloseTo(0.27, within(0.01)); // (.75 - .5) ln 1.5 + (.25 - .5) ln .5, without smoothing
    assertThat(DriftCheck.stabilityIndex(new long[] {7, 9}, new long[] {7, 9})).isZero();
  }

  @Test
  void labelsThatMoved_areDrift_andTheReasonSaysHowFar() {
    var same = measured(90, 10, 10, 90);
    var moved = measured(170, 10, 2, 18);
    assertThat(DriftCheck.moved(INDEX, rounds(CHECK, same, same, same, same))).isEmpty();
    assertThat(DriftCheck.moved(INDEX, rounds(CHECK, same, same, moved, moved)))
        .hasValueSatisfying(
            why -> assertThat(why).contains("labels", "2 rounds of check", "above 0.200"));
  }

  @Test
  void predictionsThatMoved_areDrift_thoughTheLabelsStayed() {
    var same = measured(90, 10, 10, 90);
    var blind = measured(100, 0, 80, 20);
    assertThat(DriftCheck.moved(INDEX, rounds(CHECK, same, same, blind, blind)))
        .hasValueSatisfying(why -> assertThat(why).contains("predictions"));
  }

  @Test
  void accuracyThatDropped_isDriftOnlyWhenTheWholeIntervalSaysSo() {
    var good = measured(95, 5, 5, 95);
    var worse = measured(80, 20, 20, 80);
    var hardlyWorse = measured(92, 8, 8, 92);
    assertThat(DriftCheck.moved(DROP, rounds(CHECK, good, good, worse, worse)))
        .hasValueSatisfying(why -> assertThat(why).contains("accuracy"));
    assertThat(DriftCheck.moved(DROP, rounds(CHECK, good, good, hardlyWorse, hardlyWorse)))
        .isEmpty();
    assertThat(DriftCheck.moved(DROP, rounds(CHECK, worse, worse, good, good))).isEmpty();
  }

  @Test
  void tooFewRoundsOrExamples_orThoseOfAnotherTask_sayNothing() {
    var same = measured(90, 10, 10, 90);
    var moved = measured(180, 10, 1, 9);
    assertThat(DriftCheck.moved(INDEX, rounds(CHECK, same, same, moved))).isEmpty();
    assertThat(DriftCheck.moved(INDEX, rounds(new TaskName("other"), same, same, moved, moved)))
        .isEmpty();
    var few = measured(20, 2, 1, 1);
    assertThat(DriftCheck.moved(INDEX, rounds(CHECK, same, same, few, few))).isEmpty();
  }

  @Test
  void measurementsWithoutCounts_areNotCompared() {
    var same = measured(90, 10, 10, 90);
    var older =
        ModelMetrics.fromJson(
            same.toJson().replaceAll(",\"labels\":\\[[^]]*],\"predictions\":\\[[^]]*]", ""));
    assertThat(older.labels()).isEmpty();
    assertThat(DriftCheck.moved(INDEX, rounds(CHECK, older, older, same, same))).isEmpty();
  }

  @Test
  void ruleThatLooksAtNothing_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new DriftRule(CHECK, 1, Optional.empty(), Optional.empty(), 1))
        .withMessageContaining("stabilityIndex, accuracyDrop or both");
  }
}
