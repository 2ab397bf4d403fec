package dev.tributary.client.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Decides whether the device may spend power and network now. An SPI. Asked before a check-in,
 * before training and before an upload; a device that stops being eligible within a round leaves it
 * and says so.
 */
@FunctionalInterface
public interface EligibilityPolicy {

  /**
   * Why the device must stay out under these conditions, for its owner to read; empty when it may
   * take part.
   */
  Optional<String> refusal(DeviceConditions conditions);

  /**
   * Charging, on an unmetered network and idle: a round is then not noticed by the device's user.
   */
  static EligibilityPolicy unnoticed() {
    return conditions -> {
      List<String> missing = new ArrayList<>();
      if (!conditions.charging()) {
        missing.add("not charging");
      }
      if (!conditions.unmeteredNetwork()) {
        missing.add("on a metered network");
      }
      if (!conditions.idle()) {
        missing.add("in use");
      }
      return missing.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", missing));
    };
  }

  /** Whatever the conditions. */
  static EligibilityPolicy always() {
    return conditions -> Optional.empty();
  }
}
