package dev.tributary.coordinator.schedule;

import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.PopulationName;
import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.aggregation.protocol.UploadId;
import dev.tributary.aggregation.protocol.round.CheckIn;
import dev.tributary.aggregation.protocol.round.CheckInAnswer;
import dev.tributary.aggregation.protocol.round.FailureReport;
import dev.tributary.aggregation.protocol.round.RoundManifest;
import dev.tributary.aggregation.protocol.round.RoundResult;
import dev.tributary.aggregation.protocol.round.UploadReceipt;
import dev.tributary.coordinator.intake.VerifiedUpload;
import dev.tributary.security.identity.DeviceSignature;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Optional;

/**
 * What devices ask of the scheduler, once it is known who asks. Any thread may call; nothing
 * blocks; futures are heard on the caller's Vert.x context. A refusal is a {@link
 * dev.tributary.aggregation.protocol.RejectedException}.
 */
public interface DeviceDesk {
  /** Gives the device a place in a round of its population, or a window in which to come back. */
  Future<CheckInAnswer> checkIn(DeviceId device, CheckIn request);

  /** Whether a task of this population trains or evaluates a model with this digest. */
  Future<Boolean> mayFetch(PopulationName population, ModelDigest digest);

  /**
   * The manifest, as soon as the cohort is fixed; empty when devices are still being gathered after
   * {@code maxWait}. Refused with UNKNOWN_ROUND, NOT_IN_ROUND, ROUND_CLOSED or ROUND_ABANDONED.
   */
  Future<Optional<RoundManifest>> manifest(DeviceId device, RoundId round, Duration maxWait);

  /**
   * Whether this upload may be sent now: staged against the parameters given, or answered from
   * memory because it is in the sum already. Refused with UNKNOWN_ROUND, NOT_IN_ROUND,
   * ROUND_CLOSED, ROUND_ABANDONED, WRONG_LENGTH or UPLOAD_CONFLICT (this id, or this device, is
   * counted with other bytes); in a round with secure aggregation also with BAD_HEADER or
   * BAD_SIGNATURE, when the device did not sign what it sends.
   *
   * @param lengthBytes of the whole packed vector
   * @param sha256 byte[32], of the whole packed vector
   * @param signature by the device over that digest, in a round with secure aggregation
   */
  Future<UploadAdmission> admitUpload(
      DeviceId device,
      RoundId round,
      UploadId upload,
      long lengthBytes,
      byte[] sha256,
      Optional<DeviceSignature> signature);

  /**
   * Adds the upload to the round's sum, journals it, and only then answers. Counts once: an
   * identical retry gets the same receipt. The desk closes the upload's source whatever happens.
   * Refused as {@link #admitUpload} is.
   */
  Future<UploadReceipt> count(VerifiedUpload upload);

  /** The steps of secure aggregation. */
  SessionDesk sessions();

  /** The device will not finish its round. Saying so twice, or too late, changes nothing. */
  Future<Void> reportFailure(DeviceId device, RoundId round, FailureReport report);

  /**
   * How the round ended; still RUNNING after {@code maxWait}. Refused with UNKNOWN_ROUND or
   * NOT_IN_ROUND.
   */
  Future<RoundResult> result(DeviceId device, RoundId round, Duration maxWait);
}
