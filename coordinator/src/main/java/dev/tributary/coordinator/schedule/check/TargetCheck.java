package dev.tributary.coordinator.schedule.check;

import dev.tributary.coordinator.registry.ModelMetrics;
import dev.tributary.coordinator.registry.ModelVersion;
import dev.tributary.coordinator.schedule.TaskConfig.TargetMetric;
import java.util.stream.Stream;

/** Tells whether a version reaches the figure that its task runs for. Pure. */
public final class TargetCheck {
  private TargetCheck() {}

  /** Whether it does so on the coordinator's examples or in any evaluation by devices. */
  public static boolean isMet(TargetMetric target, ModelVersion version) {
    return Stream.concat(
            version.metrics().stream(),
            version.evaluations().stream().map(ModelVersion.FederatedEvaluation::metrics))
        .anyMatch(metrics -> isMet(target, metrics));
  }

  private static boolean isMet(TargetMetric target, ModelMetrics metrics) {
    return switch (target.name()) {
      case ACCURACY -> metrics.accuracy() >= target.value();
      case MACRO_F1 -> metrics.macroF1() >= target.value();
      case LOSS -> metrics.loss() <= target.value();
    };
  }
}
