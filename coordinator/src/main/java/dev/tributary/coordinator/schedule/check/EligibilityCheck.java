package dev.tributary.coordinator.schedule.check;

import dev.tributary.aggregation.protocol.round.CheckIn;
import dev.tributary.coordinator.schedule.TaskConfig.Eligibility;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;

/** Tells whether a device meets what a task asks of devices. Pure. */
public record EligibilityCheck(Eligibility eligibility, Set<String> ableRuntimes) {
  /**
   * A check.
   *
   * @param ableRuntimes runtimes that can compute the model; a device that names none brings a
   *     trainer of its own
   */
  public EligibilityCheck {
    ableRuntimes = Set.copyOf(ableRuntimes);
  }

  /** What the device lacks, as a reason code; empty when it is eligible. */
  public Optional<String> lack(CheckIn device) {
    if (device.sdkVersion().compareTo(eligibility.minSdkVersion()) < 0) {
      return Optional.of("sdk-too-old");
    }
    if (device.exampleCount() < eligibility.minExamples()) {
      return Optional.of("too-few-examples");
    }
    if (!device.attributes().entrySet().containsAll(eligibility.attributes().entrySet())) {
      return Optional.of("attributes-differ");
    }
    var wanted = eligibility.runtimes().isEmpty() ? ableRuntimes : eligibility.runtimes();
    if (!device.runtimes().isEmpty()
        && !wanted.isEmpty()
        && Collections.disjoint(device.runtimes(), wanted)) {
      return Optional.of("no-runtime-for-model");
    }
    return Optional.empty();
  }
}
