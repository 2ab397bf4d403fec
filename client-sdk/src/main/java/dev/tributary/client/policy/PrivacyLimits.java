package dev.tributary.client.policy;

import dev.tributary.aggregation.mask.graph.Adversary;
import dev.tributary.aggregation.protocol.RoundKind;
import dev.tributary.aggregation.protocol.round.RoundManifest;
import dev.tributary.aggregation.secagg.device.DeviceFloors;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A {@link PrivacyPolicy} of plain limits.
 *
 * @param minimumCohort fewest devices whose sum this device's update may be part of, at least 1: in
 *     a sum of one, the update is the sum
 * @param maximumParticipations most contributions within {@code window}, 1 to {@value
 *     Participation#MAXIMUM_REMEMBERED}: each one tells a little more
 * @param window the time over which contributions are counted, positive
 * @param maximumClipNorm largest L2 norm that a training update may keep; positive infinity accepts
 *     unclipped ones, which still are bounded in each coordinate
 * @param floors what is assumed of rounds with secure aggregation; their {@code minimumSurvivors}
 *     is {@code minimumCohort} at least, because the coordinator sees the sum of each shard
 */
public record PrivacyLimits(
    int minimumCohort,
    int maximumParticipations,
    Duration window,
    float maximumClipNorm,
    DeviceFloors floors)
    implements PrivacyPolicy {

  private static final int LEAST_SURVIVORS = 2;

  public PrivacyLimits {
    if (minimumCohort < 1) {
      throw new IllegalArgumentException("minimumCohort must be at least 1, not " + minimumCohort);
    }
    if (maximumParticipations < 1 || maximumParticipations > Participation.MAXIMUM_REMEMBERED) {
      throw new IllegalArgumentException(
          "maximumParticipations must be 1 to "
              + Participation.MAXIMUM_REMEMBERED
              + ", as many as a device remembers, not "
              + maximumParticipations);
    }
    if (window.isZero() || window.isNegative()) {
      throw new IllegalArgumentException("window must be positive, not " + window);
    }
    if (!(maximumClipNorm > 0)) {
      throw new IllegalArgumentException(
          "maximumClipNorm must be positive, not " + maximumClipNorm);
    }
    floors = withSurvivors(floors, Math.max(minimumCohort, floors.minimumSurvivors()));
  }

  /** Limits with {@link DeviceFloors#standard}. */
  public PrivacyLimits(
      int minimumCohort, int maximumParticipations, Duration window, float maximumClipNorm) {
    this(minimumCohort, maximumParticipations, window, maximumClipNorm, DeviceFloors.standard());
  }

  /**
   * At least two devices in a sum, at most 1000 contributions a day, any clip norm; of secure
   * aggregation, a coordinator that cheats, 5 % corrupt devices, sigma = 40.
   */
  public static PrivacyLimits defaults() {
    return new PrivacyLimits(2, 1000, Duration.ofDays(1), Float.POSITIVE_INFINITY);
  }

  /** These limits with another smallest cohort. */
  public PrivacyLimits withMinimumCohort(int devices) {
    return new PrivacyLimits(
        devices,
        maximumParticipations,
        window,
        maximumClipNorm,
        withSurvivors(floors, Math.max(devices, LEAST_SURVIVORS)));
  }

  /** These limits with another cap on contributions. */
  public PrivacyLimits withMaximumParticipations(int count, Duration within) {
    return new PrivacyLimits(minimumCohort, count, within, maximumClipNorm, floors);
  }

  /** These limits with another largest clip norm. */
  public PrivacyLimits withMaximumClipNorm(float norm) {
    return new PrivacyLimits(minimumCohort, maximumParticipations, window, norm, floors);
  }

  /**
   * These limits with other assumptions about rounds with secure aggregation.
   *
   * @param adversary what the coordinator may do; {@code SEMI_HONEST} trusts it to keep to the
   *     protocol: one that lies about who dropped out can then open single updates
   * @param corruptPerMillion the fraction of devices that may work with it, in millionths
   * @param securityBits sigma: it succeeds with probability 2^-sigma at most
   */
  public PrivacyLimits withAssumptions(
      Adversary adversary, int corruptPerMillion, int securityBits) {
    return new PrivacyLimits(
        minimumCohort,
        maximumParticipations,
        window,
        maximumClipNorm,
        new DeviceFloors(floors.minimumSurvivors(), adversary, corruptPerMillion, securityBits));
  }

  private static DeviceFloors withSurvivors(DeviceFloors floors, int survivors) {
    return new DeviceFloors(
        survivors, floors.adversary(), floors.corruptPerMillion(), floors.securityBits());
  }

  @Override
  public Optional<String> refusal(
      RoundManifest manifest, List<Participation> history, Instant now) {
    if (manifest.minimumCount() < minimumCohort) {
      return Optional.of(
          "the round may sum as few as "
              + manifest.minimumCount()
              + " devices; this one wants at least "
              + minimumCohort);
    }
    float clipNorm = manifest.quantization().clipNorm();
    if (manifest.kind() == RoundKind.TRAINING && !(clipNorm <= maximumClipNorm)) {
      return Optional.of(
          "the round clips updates to norm "
              + clipNorm
              + "; this device allows at most "
              + maximumClipNorm);
    }
    Instant since = before(now, window);
    // A participation "in the future" comes from a clock that was set back: it counts, or setting
    // the clock would reset the limit.
    long recent = history.stream().filter(past -> past.at().isAfter(since)).count();
    if (recent >= maximumParticipations) {
      return Optional.of(
          "took part "
              + recent
              + " times within "
              + window
              + "; this device allows "
              + maximumParticipations);
    }
    return Optional.empty();
  }

  /** A window that reaches beyond the beginning of time holds everything. */
  private static Instant before(Instant now, Duration window) {
    return window.compareTo(Duration.between(Instant.MIN, now)) < 0
        ? now.minus(window)
        : Instant.MIN;
  }
}
