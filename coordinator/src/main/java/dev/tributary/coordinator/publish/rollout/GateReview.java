package dev.tributary.coordinator.publish.rollout;

import dev.tributary.aggregation.protocol.health.LatencyHistogram;
import dev.tributary.coordinator.publish.rollout.Intervals.Interval;
import dev.tributary.coordinator.publish.rollout.StageEvidence.Artifact;
import dev.tributary.coordinator.publish.rollout.StageEvidence.Measurement;
import dev.tributary.coordinator.publish.rollout.Verdict.Failed;
import dev.tributary.coordinator.publish.rollout.Verdict.Held;
import dev.tributary.coordinator.publish.rollout.Verdict.Passed;
import dev.tributary.coordinator.registry.ModelMetrics;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * StageEvidence -GateReview-> Verdict. One broken gate fails the version, one open gate holds it;
 * it passes when every gate is kept.
 */
final class GateReview {

  private static final double LATENCY_QUANTILE = 0.95;

  private final Gates gates;
  private final StageEvidence evidence;
  private final List<Verdict> verdicts = new ArrayList<>();

  private GateReview(Gates gates, StageEvidence evidence) {
    this.gates = gates;
    this.evidence = evidence;
  }

  static Verdict of(Gates gates, StageEvidence evidence) {
    GateReview review = new GateReview(gates, evidence);
    review.samples();
    VersionHealth candidate = evidence.candidate();
    review.rate(
        "failed loads",
        candidate.loadFailures(),
        candidate.loads(),
        gates.maximumLoadFailureRate());
    review.rate(
        "failed calls",
        candidate.callFailures(),
        candidate.calls(),
        gates.maximumCallFailureRate());
    review.rate(
        "crashes",
        candidate.crashes(),
        Math.max(candidate.loads(), candidate.crashes()), // a crash is told by the next process
        gates.maximumCrashRate());
    review.latency();
    gates.maximumAccuracyLoss().ifPresent(review::accuracy);
    gates.minimumRecall().ifPresent(review::recall);
    return review.together();
  }

  private Verdict together() {
    Optional<String> failed = reasons(Failed.class);
    if (failed.isPresent()) {
      return new Failed(failed.get());
    }
    return reasons(Held.class)
        .<Verdict>map(Held::new)
        .orElseGet(() -> new Passed(reasons(Passed.class).orElseThrow()));
  }

  private Optional<String> reasons(Class<? extends Verdict> kind) {
    String all =
        verdicts.stream()
            .filter(kind::isInstance)
            .map(Verdict::reason)
            .collect(Collectors.joining("; "));
    return all.isEmpty() ? Optional.empty() : Optional.of(all);
  }

  private void samples() {
    least("devices", evidence.candidate().devices(), gates.minimumDevices());
    least("calls", evidence.candidate().calls(), gates.minimumCalls());
  }

  private void least(String what, long found, long wanted) {
    String reason = found + " of at least " + wanted + " " + what + " reported";
    verdicts.add(found < wanted ? new Held(reason) : new Passed(reason));
  }

  private void rate(String what, long bad, long all, double limit) {
    if (all == 0) {
      verdicts.add(new Held("no device reported " + what));
      return;
    }
    Interval interval = Intervals.share(bad, all, gates.z());
    String reason =
        "%s: %d of %d, %s %% with confidence; limit %s %%"
            .formatted(
                what,
                bad,
                all,
                percent(interval.low()) + " to " + percent(interval.high()),
                percent(limit));
    verdicts.add(compared(interval, limit, reason));
  }

  private void latency() {
    if (Double.isInfinite(gates.maximumLatencyRatio())) {
      return;
    }
    LatencyHistogram candidate = evidence.candidate().latency();
    LatencyHistogram release = evidence.release().latency();
    if (candidate.total() == 0 || release.total() == 0) {
      verdicts.add(
          new Held(
              "no latency was reported of the "
                  + (candidate.total() == 0 ? "candidate" : "released version")));
      return;
    }
    LatencyHistogram.Bounds now = candidate.quantileMillis(LATENCY_QUANTILE, gates.z());
    LatencyHistogram.Bounds before = release.quantileMillis(LATENCY_QUANTILE, gates.z());
    Interval ratio = new Interval(now.low() / before.high(), quotient(now.high(), before.low()));
    verdicts.add(
        compared(
            ratio,
            gates.maximumLatencyRatio(),
            String.format(
                Locale.ROOT,
                "95th percentile of latency: %.3g to %.3g times the released version's; limit %.3g",
                ratio.low(),
                ratio.high(),
                gates.maximumLatencyRatio())));
  }

  private static double quotient(double high, double low) {
    return low == 0 ? Double.POSITIVE_INFINITY : high / low;
  }

  private void accuracy(double maximumLoss) {
    if (evidence.candidateMetrics().isEmpty() || evidence.releaseMetrics().isEmpty()) {
      verdicts.add(new Held("no accuracy was measured of both versions"));
    } else {
      accuracy(
          "accuracy lost",
          evidence.candidateMetrics().get(),
          evidence.releaseMetrics().get(),
          maximumLoss);
    }
    for (Artifact artifact : evidence.artifacts()) {
      boolean compared = false;
      for (Map.Entry<String, Measurement> entry : artifact.byData().entrySet()) {
        Measurement measured = entry.getValue();
        if (measured.release().isPresent()) {
          compared = true;
          accuracy(
              "accuracy lost" + by(artifact, entry.getKey()),
              measured.candidate(),
              measured.release().get(),
              maximumLoss);
        }
      }
      if (!compared && artifact.ownWeights()) {
        verdicts.add(
            new Held(
                "the accuracy of %s, which may have weights of its own, was not measured on the same rows as the released version's"
                    .formatted(artifact.kind().code())));
      }
    }
  }

  private static String by(Artifact artifact, String data) {
    return " by " + artifact.kind().code() + " on " + data;
  }

  private void accuracy(String what, ModelMetrics now, ModelMetrics before, double maximumLoss) {
    if (now.examples() == 0 || before.examples() == 0) {
      verdicts.add(new Held(what + ": measured on no example"));
      return;
    }
    Interval loss =
        Intervals.difference(
            right(before), before.examples(), right(now), now.examples(), gates.z());
    verdicts.add(
        compared(
            loss,
            maximumLoss,
            what
                + ": "
                + percent(loss.low())
                + " to "
                + percent(loss.high())
                + " points with confidence; limit "
                + percent(maximumLoss)));
  }

  private static long right(ModelMetrics metrics) {
    return Math.clamp(Math.round(metrics.accuracy() * metrics.examples()), 0, metrics.examples());
  }

  private void recall(double floor) {
    if (evidence.candidateMetrics().isEmpty()) {
      verdicts.add(new Held("no recall was measured"));
    } else {
      recall("", evidence.candidateMetrics().get(), floor);
    }
    for (Artifact artifact : evidence.artifacts()) {
      artifact
          .byData()
          .forEach((data, measured) -> recall(by(artifact, data), measured.candidate(), floor));
      if (artifact.byData().isEmpty() && artifact.ownWeights()) {
        verdicts.add(
            new Held(
                "the recall of %s, which may have weights of its own, was not measured"
                    .formatted(artifact.kind().code())));
      }
    }
  }

  private void recall(String by, ModelMetrics metrics, double floor) {
    if (metrics.labels().isEmpty()) {
      verdicts.add(
          new Held("recall" + by + " was measured without counting the examples of each class"));
      return;
    }
    for (int label = 0; label < metrics.recall().size(); label++) {
      recall(
          "recall of class " + label + by,
          metrics.labels().get(label),
          metrics.recall().get(label),
          floor);
    }
  }

  private void recall(String what, long examples, double share, double floor) {
    if (examples == 0) {
      verdicts.add(new Held(what + " was measured on no example"));
      return;
    }
    Interval interval =
        Intervals.share(Math.clamp(Math.round(share * examples), 0, examples), examples, gates.z());
    String reason =
        "%s: %s to %s %% with confidence; floor %s %%"
            .formatted(what, percent(interval.low()), percent(interval.high()), percent(floor));
    if (interval.high() < floor) {
      verdicts.add(new Failed(reason));
    } else {
      verdicts.add(interval.low() < floor ? new Held(reason) : new Passed(reason));
    }
  }

  private static Verdict compared(Interval interval, double limit, String reason) {
    if (interval.low() > limit) {
      return new Failed(reason);
    }
    return interval.high() > limit ? new Held(reason) : new Passed(reason);
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.2f", 100 * share);
  }
}
