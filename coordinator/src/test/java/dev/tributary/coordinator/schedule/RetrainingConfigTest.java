package dev.tributary.coordinator.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tributary.aggregation.compress.ArtifactKind;
import dev.tributary.aggregation.protocol.TaskName;
import dev.tributary.aggregation.publish.ChannelName;
import dev.tributary.coordinator.publish.rollout.RolloutPlan;
import dev.tributary.coordinator.schedule.retrain.Retraining;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetrainingConfigTest {

  private static final String TASK =
      """
      name: digits
      population: pens
      protocol: plain
      model: {format: tributary-model/1, input: [2], layers: [{type: linear, units: 2}],
              loss: softmax-cross-entropy, classes: 2}
      cohort: {target: 3}
      until: {rounds: 5}
      """;

  @Test
  void everyKey_isRead_andWrittenSoThatItReadsBack() {
    var config =
        TaskConfig.parse(
            TASK
                + """
                retraining:
                  everySeconds: 86400
                  drift: {evaluatedBy: check, window: 4, stabilityIndex: 0.2, accuracyDrop: 0.03,
                          minimumExamples: 50}
                  promote: {channel: stable, kinds: [int8, fp16], approval: true,
                            plan: {permyriads: [500, 10000], minimumSeconds: 60,
                                   gates: {maximumLatencyRatio: null, maximumAccuracyLoss: null}}}
                """);
    Retraining rule = config.retraining().orElseThrow();
    assertThat(rule.every()).contains(Duration.ofDays(1));
    assertThat(rule.drift())
        .contains(
            new Retraining.DriftRule(
                new TaskName("check"), 4, Optional.of(0.2), Optional.of(0.03), 50));
    var promotion = rule.promotion().orElseThrow();
    assertThat(promotion.channel()).isEqualTo(new ChannelName("stable"));
    assertThat(promotion.kinds()).isEqualTo(Set.of(ArtifactKind.INT8, ArtifactKind.FP16));
    assertThat(promotion.approval()).isTrue();
    RolloutPlan plan = promotion.plan().orElseThrow();
    assertThat(plan.permyriads()).isEqualTo(List.of(500, 10_000));
    assertThat(plan.gates().maximumLatencyRatio()).isInfinite();
    assertThat(plan.gates().maximumAccuracyLoss()).isEmpty();
    assertThat(TaskConfig.parse(config.toJson())).isEqualTo(config);
  }

  @Test
  void leastOfIt_readsBack_andNoneIsNone() {
    var config = TaskConfig.parse(TASK + "retraining: {everySeconds: 1}");
    assertThat(TaskConfig.parse(config.toJson())).isEqualTo(config);
    assertThat(TaskConfig.parse(TASK).retraining()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{everySeconds: 0} | everySeconds",
        "{every: 5} | unknown key 'retraining.every'",
        "{drift: {evaluatedBy: check}} | stabilityIndex, accuracyDrop or both",
        "{drift: {stabilityIndex: 0.2}} | retraining.drift.evaluatedBy",
        "{drift: {evaluatedBy: check, stabilityIndex: 0}} | drift.stabilityIndex",
        "{drift: {evaluatedBy: check, accuracyDrop: 1}} | drift.accuracyDrop",
        "{promote: {kinds: [int8]}} | retraining.promote.channel",
        "{promote: {channel: stable, kinds: [pruned]}} | retraining.promote.kinds",
        "{promote: {channel: stable, plan: {permyriads: [5]}}} | retraining.promote",
        "{promote: {channel: stable, plan: {stages: [5]}}} | unknown key 'stages'",
      })
  void whatCannotBe_isRefusedWithItsName(String retraining, String message) {
    assertThatExceptionOfType(TaskConfigException.class)
        .isThrownBy(() -> TaskConfig.parse(TASK + "retraining: " + retraining))
        .withMessageContaining(message);
  }

  @Test
  void taskThatNeverFinishes_cannotBeginAgain() {
    assertThatExceptionOfType(TaskConfigException.class)
        .isThrownBy(
            () ->
                TaskConfig.parse(
                    TASK.replace("until: {rounds: 5}\n", "") + "retraining: {everySeconds: 60}"))
        .withMessageContaining("retraining needs until.rounds or until.targetMetric");
  }

  @Test
  void evaluationTask_cannotBeRetrained() {
    assertThatExceptionOfType(TaskConfigException.class)
        .isThrownBy(
            () ->
                TaskConfig.parse(
                    "{name: check, population: pens, kind: evaluation, evaluates: digits, protocol:"
                        + " plain, cohort: {target: 3}, until: {rounds: 1}, retraining:"
                        + " {everySeconds: 60}}"))
        .withMessageContaining("retraining is for training tasks");
  }
}
