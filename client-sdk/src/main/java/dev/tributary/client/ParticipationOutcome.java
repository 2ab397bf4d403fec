package dev.tributary.client;

import dev.tributary.aggregation.protocol.RoundId;
import java.time.Duration;

/** How one check-in ended. */
public sealed interface ParticipationOutcome {

  /** How long to wait before the next check-in, drawn at random from the window that applies. */
  Duration nextCheckIn();

  /**
   * This device contributed.
   *
   * @param round to which round
   */
  record TookPart(RoundId round, Duration nextCheckIn) implements ParticipationOutcome {}

  /**
   * The coordinator has no place for this device now.
   *
   * @param reasonCode kebab-case
   */
  record ToldToWait(String reasonCode, Duration nextCheckIn) implements ParticipationOutcome {}

  /**
   * The device's own eligibility policy keeps it out; the coordinator was not asked.
   *
   * @param reason for people
   */
  record NotEligible(String reason, Duration nextCheckIn) implements ParticipationOutcome {}

  /**
   * The device left a round before it was over: without an update in it, or without helping to open
   * the sum.
   *
   * @param round which round
   * @param code kebab-case: the coordinator's problem code, or the device's own failure
   * @param detail for people
   */
  record DroppedOut(RoundId round, String code, String detail, Duration nextCheckIn)
      implements ParticipationOutcome {}

  /**
   * The check-in itself failed.
   *
   * @param code kebab-case: the coordinator's problem code, {@code unreachable}, {@code
   *     unintelligible} or {@code not-enrolled}
   * @param detail for people
   * @param permanent whether somebody has to change something before it can succeed
   */
  record Unavailable(String code, String detail, boolean permanent, Duration nextCheckIn)
      implements ParticipationOutcome {}

  /**
   * The client was closed, or its thread interrupted; a finished update goes on at the next start.
   */
  record Interrupted(Duration nextCheckIn) implements ParticipationOutcome {}
}
