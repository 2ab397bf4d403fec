package dev.tributary.coordinator.publish.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tributary.aggregation.compress.ArtifactKind;
import dev.tributary.aggregation.protocol.health.LatencyHistogram;
import dev.tributary.coordinator.publish.rollout.RolloutState.Completed;
import dev.tributary.coordinator.publish.rollout.RolloutState.RolledBack;
import dev.tributary.coordinator.publish.rollout.RolloutState.Staged;
import dev.tributary.coordinator.publish.rollout.StageEvidence.Measurement;
import dev.tributary.coordinator.registry.ModelMetrics;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

/** A version widens when its gates are kept, waits when that is not known, goes back otherwise. */
class RolloutStateTest {

  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final Duration HOUR = Duration.ofHours(1);
  private static final RolloutPlan PLAN = RolloutPlan.usual();
  private static final Staged FIRST = new RolloutState.Awaiting(PLAN).approve(START);

  private static VersionHealth health(long calls, long callFailures, int bucket) {
    long[] counts = new long[LatencyHistogram.BUCKETS];
    counts[bucket] = calls - callFailures;
    return new VersionHealth(1_000, 1_000, 0, calls, callFailures, 0, LatencyHistogram.of(counts));
  }

  private static ModelMetrics metrics(double accuracy, double leastRecall) {
    return metrics(accuracy, leastRecall, List.of(5_000L, 5_000L));
  }

  private static ModelMetrics metrics(double accuracy, double leastRecall, List<Long> labels) {
    List<Double> recall = List.of(leastRecall, accuracy);
    return new ModelMetrics(
        10_000, 0.1, accuracy, accuracy, accuracy, accuracy, recall, recall, recall, labels,
        labels);
  }

  private static StageEvidence evidence(VersionHealth candidate, ModelMetrics metrics) {
    return new StageEvidence(
        candidate,
        health(10_000, 0, 40),
        Optional.of(metrics),
        Optional.of(metrics(.98, .97)),
        List.of());
  }

  private static StageEvidence good() {
    return evidence(health(10_000, 0, 40), metrics(.98, .97));
  }

  @Test
  void keptGates_widenStageByStage_untilAllHaveIt() {
    RolloutState state = FIRST;
    Instant now = START;
    for (int permyriad : List.of(500, 2_500, 10_000)) {
      now = now.plus(HOUR);
      state = ((Staged) state).review(good(), now);
      assertThat(state)
          .isInstanceOfSatisfying(
              Staged.class, next -> assertThat(next.permyriad()).isEqualTo(permyriad));
    }
    assertThat(((Staged) state).review(good(), now.plus(HOUR))).isInstanceOf(Completed.class);
  }

  @Test
  void keptGates_doNotShortenAStage() {
    assertThat(FIRST.review(good(), START.plus(HOUR).minusMillis(1)))
        .isInstanceOfSatisfying(Staged.class, held -> assertThat(held.stage()).isZero());
  }

  @Test
  void brokenGate_rollsBackAtOnce_andSaysWhich() {
    var failing = evidence(health(10_000, 500, 40), metrics(.98, .97));
    assertThat(FIRST.review(failing, START.plusMillis(1)))
        .isInstanceOfSatisfying(
            RolledBack.class,
            back -> assertThat(back.reason()).contains("failed calls: 500 of 10000"));
  }

  @Test
  void slowerVersion_rollsBack() {
    assertThat(FIRST.review(evidence(health(10_000, 0, 48), metrics(.98, .97)), START.plus(HOUR)))
        .isInstanceOfSatisfying(
            RolledBack.class, back -> assertThat(back.reason()).contains("95th percentile"));
  }

  @Test
  void worseVersion_rollsBack() {
    assertThat(FIRST.review(evidence(health(10_000, 0, 40), metrics(.95, .94)), START.plus(HOUR)))
        .isInstanceOfSatisfying(
            RolledBack.class, back -> assertThat(back.reason()).contains("accuracy lost"));
  }

  private static StageEvidence withArtifact(StageEvidence.Artifact artifact) {
    StageEvidence good = good();
    return new StageEvidence(
        good.candidate(),
        good.release(),
        good.candidateMetrics(),
        good.releaseMetrics(),
        List.of(artifact));
  }

  private static StageEvidence.Artifact pruned(Map<String, Measurement> byData) {
    return new StageEvidence.Artifact(ArtifactKind.PRUNED, true, byData);
  }

  private static Measurement measured(double accuracy, double leastRecall) {
    return new Measurement(metrics(accuracy, leastRecall), Optional.of(metrics(.98, .97)));
  }

  @Test
  void fileThatIsWorse_rollsBack_thoughTheVersionIsGood() {
    var evidence = withArtifact(pruned(Map.of("pens", measured(.95, .94))));
    assertThat(FIRST.review(evidence, START.plus(HOUR)))
        .isInstanceOfSatisfying(
            RolledBack.class,
            back -> assertThat(back.reason()).contains("accuracy lost by pruned on pens"));
  }

  @Test
  void fileThatIsWorseOnOneOfTwoData_rollsBack() {
    var evidence =
        withArtifact(pruned(Map.of("pens", measured(.98, .97), "wards", measured(.9, .9))));
    assertThat(FIRST.review(evidence, START.plus(HOUR)))
        .isInstanceOfSatisfying(
            RolledBack.class,
            back -> assertThat(back.reason()).contains("accuracy lost by pruned on wards"));
  }

  @Test
  void ownWeights_holdUntilTheyAreMeasured_besideTheRelease() {
    List<StageEvidence.Artifact> unknown =
        List.of(
            pruned(Map.of()),
            pruned(Map.of("pens", new Measurement(metrics(.98, .97), Optional.empty()))));
    for (StageEvidence.Artifact artifact : unknown) {
      assertThat(FIRST.review(withArtifact(artifact), START.plus(HOUR)))
          .isInstanceOfSatisfying(
              Staged.class,
              held -> {
                assertThat(held.stage()).isZero();
                assertThat(held.standing()).contains("pruned").contains("not measured");
              });
    }
    assertThat(withRecallFloor().review(withArtifact(pruned(Map.of())), START))
        .isInstanceOfSatisfying(
            Staged.class, held -> assertThat(held.standing()).contains("the recall of pruned"));
  }

  @Test
  void encodingThatNobodyMeasured_goesByItsVersion() {
    var int8 = new StageEvidence.Artifact(ArtifactKind.INT8, false, Map.of());
    assertThat(FIRST.review(withArtifact(int8), START.plus(HOUR)))
        .isInstanceOfSatisfying(Staged.class, next -> assertThat(next.permyriad()).isEqualTo(500));
  }

  @Test
  void fileWithAClassBelowItsFloor_rollsBack() {
    var evidence = withArtifact(pruned(Map.of("pens", measured(.98, .85))));
    assertThat(withRecallFloor().review(evidence, START))
        .isInstanceOfSatisfying(
            RolledBack.class,
            back -> assertThat(back.reason()).contains("recall of class 0 by pruned on pens"));
  }

  /** Before its only stage ends, under a gate for the recall of each class. */
  private static Staged withRecallFloor() {
    Gates withFloor =
        new Gates(
            1,
            1,
            1,
            1,
            1,
            Gates.usual().maximumLatencyRatio(),
            Optional.empty(),
            Optional.of(.9),
            1.96);
    return new Staged(new RolloutPlan(List.of(10_000), HOUR, withFloor), 0, START, "");
  }

  @Test
  void classBelowItsFloor_rollsBack_thoughTheMeanIsGood() {
    assertThat(withRecallFloor().review(evidence(health(10_000, 0, 40), metrics(.98, .89)), START))
        .isInstanceOfSatisfying(
            RolledBack.class, back -> assertThat(back.reason()).contains("recall of class 0"));
  }

  @Test
  void missingData_holds_howeverLongItTakes() {
    Instant late = START.plus(Duration.ofDays(365));
    StageEvidence noReport = evidence(VersionHealth.none(), metrics(.98, .97));
    StageEvidence fewReports =
        evidence(
            new VersionHealth(19, 1_000, 0, 10_000, 0, 0, good().candidate().latency()),
            metrics(.98, .97));
    StageEvidence noMetrics =
        new StageEvidence(
            good().candidate(),
            good().release(),
            Optional.empty(),
            good().releaseMetrics(),
            List.of());
    StageEvidence noComparison =
        new StageEvidence(
            good().candidate(),
            VersionHealth.none(),
            good().candidateMetrics(),
            good().releaseMetrics(),
            List.of());
    for (StageEvidence evidence : List.of(noReport, fewReports, noMetrics, noComparison)) {
      assertThat(FIRST.review(evidence, late))
          .isInstanceOfSatisfying(
              Staged.class,
              held -> {
                assertThat(held.stage()).isZero();
                assertThat(held.since()).isEqualTo(START);
              });
    }
  }

  /** 5 failures in 100 may be 1 % by chance or not: neither forward nor back. */
  @Test
  void limitInsideTheInterval_holds() {
    assertThat(FIRST.review(evidence(health(300, 5, 40), metrics(.98, .97)), START.plus(HOUR)))
        .isInstanceOfSatisfying(
            Staged.class, held -> assertThat(held.standing()).contains("failed calls: 5 of 300"));
  }

  /** None seen, not counted, and 3 of 4 right, which is below the floor by chance or not. */
  @Test
  void recallOfTooFewExamples_holds() {
    for (List<Long> labels : List.of(List.of(0L, 10_000L), List.<Long>of(), List.of(4L, 9_996L))) {
      StageEvidence few = evidence(health(10_000, 0, 40), metrics(.98, .75, labels));
      assertThat(withRecallFloor().review(few, START.plus(HOUR)))
          .as("%s examples", labels)
          .isInstanceOfSatisfying(
              Staged.class, held -> assertThat(held.standing()).contains("recall"));
    }
  }

  @Property
  void noEvidenceOfFailures_everRollsForward(
      @ForAll @LongRange(min = 0, max = 100_000) long calls,
      @ForAll @LongRange(min = 0, max = 100) long percentFailed) {
    long failed = calls * percentFailed / 100;
    var review =
        FIRST.review(evidence(health(calls, failed, 40), metrics(.98, .97)), START.plus(HOUR));
    boolean widened = review instanceof Staged staged && staged.stage() > 0;
    if (percentFailed > 1 || calls < 200) {
      assertThat(widened).isFalse();
    }
  }

  @Test
  void operator_widensAndGoesBackByHand() {
    assertThat(FIRST.widen(START, "ok"))
        .isInstanceOfSatisfying(Staged.class, next -> assertThat(next.stage()).isEqualTo(1));
    assertThat(FIRST.rollBack("complaints")).isEqualTo(new RolledBack("complaints"));
  }

  @Test
  void stagesThatDoNotRise_orDoNotReachAll_areRefused() {
    for (List<Integer> stages :
        List.of(
            List.<Integer>of(),
            List.of(100),
            List.of(500, 100, 10_000),
            List.of(0, 10_000),
            List.of(10_001))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new RolloutPlan(stages, HOUR, Gates.usual()))
          .withMessageContaining("stages");
    }
  }

  /** Values of Wilson's interval from Newcombe 1998, table I, and of method 10, table II (a, d). */
  @Test
  void intervals_areThoseOfThePapers() {
    assertThat(Intervals.share(81, 263, 1.959964).low()).isEqualTo(.2553, within());
    assertThat(Intervals.share(81, 263, 1.959964).high()).isEqualTo(.3662, within());
    assertThat(Intervals.share(0, 20, 1.959964).high()).isEqualTo(.1611, within());
    var difference = Intervals.difference(56, 70, 48, 80, 1.959964);
    assertThat(difference.low()).isEqualTo(.0524, within());
    assertThat(difference.high()).isEqualTo(.3339, within());
  }

  private static org.assertj.core.data.Offset<Double> within() {
    return org.assertj.core.data.Offset.offset(.00005);
  }

  @Test
  void quantile_liesBetweenTheEdgesOfItsBuckets() {
    long[] counts = new long[LatencyHistogram.BUCKETS];
    counts[LatencyHistogram.bucket(1_000_000)] = 900;
    counts[LatencyHistogram.bucket(50_000_000)] = 100;
    var bounds = LatencyHistogram.of(counts).quantileMillis(.95, 1.959964);
    assertThat(bounds.low()).isLessThan(50).isGreaterThan(40);
    assertThat(bounds.high()).isGreaterThanOrEqualTo(50).isLessThan(60);
  }
}
