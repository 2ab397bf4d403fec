package dev.tributary.client;

import dev.tributary.aggregation.protocol.SdkVersion;
import dev.tributary.client.policy.DeviceConditions;
import dev.tributary.client.policy.EligibilityPolicy;
import dev.tributary.client.policy.PrivacyPolicy;
import dev.tributary.client.session.DeviceClock;
import dev.tributary.client.session.RetrySchedule;
import dev.tributary.client.train.LocalTrainer;
import dev.tributary.security.identity.BearerToken;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What the embedding application gave a client to work with; see {@link FederatedClientBuilder} for
 * each.
 */
record Surroundings(
    Optional<BearerToken> enrolmentToken,
    Path modelFolder,
    long maximumModelBytes,
    Map<String, String> attributes,
    LocalTrainer trainer,
    Supplier<DeviceConditions> conditions,
    EligibilityPolicy eligibility,
    PrivacyPolicy privacy,
    boolean plainAllowed,
    DeviceRandomness randomness,
    RetrySchedule schedule,
    DeviceClock clock,
    ParticipationListener listener) {

  /** The version of this SDK, as told to coordinators. */
  static final SdkVersion SDK_VERSION = new SdkVersion(0, 1, 0);

  Optional<String> ineligibility() {
    return eligibility.refusal(conditions.get());
  }

  Duration afterTransientError() {
    return schedule.afterTransientError(randomness.waits());
  }
}
