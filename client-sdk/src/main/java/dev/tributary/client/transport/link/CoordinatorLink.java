package dev.tributary.client.transport.link;

import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.PopulationName;
import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.aggregation.protocol.SdkVersion;
import dev.tributary.aggregation.protocol.UploadId;
import dev.tributary.aggregation.protocol.VersionRange;
import dev.tributary.aggregation.protocol.access.ChallengeRequest;
import dev.tributary.aggregation.protocol.access.EnrolRequest;
import dev.tributary.aggregation.protocol.access.EnrolResponse;
import dev.tributary.aggregation.protocol.access.SessionRequest;
import dev.tributary.aggregation.protocol.access.SessionResponse;
import dev.tributary.aggregation.protocol.health.HealthReport;
import dev.tributary.aggregation.protocol.round.CheckIn;
import dev.tributary.aggregation.protocol.round.CheckInAnswer;
import dev.tributary.aggregation.protocol.round.FailureReport;
import dev.tributary.aggregation.protocol.round.RoundManifest;
import dev.tributary.aggregation.protocol.round.RoundResult;
import dev.tributary.aggregation.protocol.round.UploadReceipt;
import dev.tributary.aggregation.protocol.secagg.roster.KeyAdvertisement;
import dev.tributary.aggregation.protocol.secagg.roster.RosterAnswer;
import dev.tributary.aggregation.protocol.secagg.share.SealedShares;
import dev.tributary.aggregation.protocol.secagg.share.ShareInbox;
import dev.tributary.aggregation.protocol.secagg.unmask.SurvivorsAnnounced;
import dev.tributary.aggregation.protocol.secagg.unmask.SurvivorsConfirmed;
import dev.tributary.aggregation.protocol.secagg.unmask.UnmaskAnswer;
import dev.tributary.aggregation.protocol.secagg.unmask.UnmaskRequest;
import dev.tributary.client.session.ContentDigest;
import dev.tributary.client.session.DeviceClock;
import dev.tributary.client.transport.ResponseReceiver;
import dev.tributary.client.transport.Transport;
import dev.tributary.security.identity.BearerToken;
import dev.tributary.security.identity.DeviceKeyPair;
import dev.tributary.security.identity.DeviceSignature;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One device's way to its coordinator: opens a session by signing a challenge, and opens another
 * when the coordinator says that the token is not good any more; each request is then repeated
 * once. The token lives in memory only. Used by one thread at a time.
 */
public final class CoordinatorLink implements PublishedFiles {

  /**
   * A token is renewed this long before it expires, so that a long upload does not outlive it on
   * its way.
   */
  private static final long RENEW_AHEAD_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final CoordinatorApi api;
  private final MaskingApi masking;
  private final PublishedApi published;
  private final DeviceKeyPair keys;
  private final DeviceClock clock;
  private @Nullable BearerToken token;
  private long tokenExpiryNanos;

  /** A link of the device that holds {@code keys}. */
  public CoordinatorLink(Transport transport, DeviceKeyPair keys, DeviceClock clock) {
    var calls = new ApiCalls(transport);
    this.api = new CoordinatorApi(calls);
    this.masking = new MaskingApi(calls);
    this.published = new PublishedApi(calls);
    this.keys = keys;
    this.clock = clock;
  }

  /**
   * Makes this device's key known to the coordinator; doing it again changes nothing.
   *
   * @return what the coordinator knows it by, and its credentials; they are not checked yet
   */
  public EnrolResponse enrol(
      PopulationName population, BearerToken enrolmentToken, SdkVersion sdkVersion)
      throws CoordinatorException, InterruptedException {
    EnrolResponse answer =
        api.enrol(
            EnrolRequest.signed(
                VersionRange.SUPPORTED, population, enrolmentToken, keys, sdkVersion));
    DeviceId own = DeviceId.of(keys.publicKey());
    if (!answer.deviceId().equals(own)) {
      throw new UnintelligibleException(
          "the coordinator enrolled " + answer.deviceId() + ", but this device is " + own);
    }
    return answer;
  }

  /** Asks for a place in a round; the answer is one, or when to ask again. */
  public CheckInAnswer checkIn(CheckIn request) throws CoordinatorException, InterruptedException {
    return authorized(bearer -> api.checkIn(bearer, request));
  }

  /** The round's manifest, or empty when it has not begun within {@code wait}, 0 to 30 s. */
  public Optional<RoundManifest> manifest(RoundId round, Duration wait)
      throws CoordinatorException, InterruptedException {
    Optional<RoundManifest> manifest = authorized(bearer -> api.manifest(bearer, round, wait));
    if (manifest.isPresent() && !manifest.get().roundId().equals(round)) {
      throw new UnintelligibleException(
          "asked for the manifest of " + round + ", got that of " + manifest.get().roundId());
    }
    return manifest;
  }

  /** What became of a round; state RUNNING when it has not ended within {@code wait}, 0 to 30 s. */
  public RoundResult result(RoundId round, Duration wait)
      throws CoordinatorException, InterruptedException {
    return authorized(bearer -> api.result(bearer, round, wait));
  }

  /** Says that this device is out of a round, so that its place need not be waited for. */
  public void reportFailure(RoundId round, FailureReport report)
      throws CoordinatorException, InterruptedException {
    sent(bearer -> api.reportFailure(bearer, round, report));
  }

  /** Streams a model, from {@code offsetBytes} on if that is possible, into {@code receiver}. */
  public void model(ModelDigest digest, long offsetBytes, ResponseReceiver receiver)
      throws CoordinatorException, InterruptedException {
    sent(bearer -> api.model(bearer, digest, offsetBytes, receiver));
  }

  /** Says how a published version does on this device. */
  public void health(HealthReport report) throws CoordinatorException, InterruptedException {
    sent(bearer -> published.health(bearer, report));
  }

  @Override
  public Optional<byte[]> metadata(String file, int maximumBytes)
      throws CoordinatorException, InterruptedException {
    return authorized(bearer -> published.metadata(bearer, file, maximumBytes));
  }

  @Override
  public void target(String sha256, long offsetBytes, ResponseReceiver receiver)
      throws CoordinatorException, InterruptedException {
    sent(bearer -> published.target(bearer, sha256, offsetBytes, receiver));
  }

  /**
   * R0: advertises this device's keys for the round.
   *
   * @return what {@link #roster} would say
   */
  public Optional<RosterAnswer> advertise(RoundId round, KeyAdvertisement keys, Duration wait)
      throws CoordinatorException, InterruptedException {
    return authorized(bearer -> masking.advertise(bearer, round, keys, wait));
  }

  /** R0: who else is in the round, or empty when that is not known within {@code wait}, 0-30 s. */
  public Optional<RosterAnswer> roster(RoundId round, Duration wait)
      throws CoordinatorException, InterruptedException {
    return authorized(bearer -> masking.roster(bearer, round, wait));
  }

  /**
   * R1: sends shares for this device's neighbours.
   *
   * @return what {@link #inbox} would say
   */
  public Optional<ShareInbox> deal(RoundId round, SealedShares shares, Duration wait)
      throws CoordinatorException, InterruptedException {
    return authorized(bearer -> masking.deal(bearer, round, shares, wait));
  }

  /** R1: what the neighbours dealt, or empty when that is not complete within {@code wait}. */
  public Optional<ShareInbox> inbox(RoundId round, Duration wait)
      throws CoordinatorException, InterruptedException {
    return authorized(bearer -> masking.inbox(bearer, round, wait));
  }

  /** R3: who is in the sum, or empty when that is not settled within {@code wait}. */
  public Optional<SurvivorsAnnounced> survivors(RoundId round, Duration wait)
      throws CoordinatorException, InterruptedException {
    return authorized(bearer -> masking.survivors(bearer, round, wait));
  }

  /**
   * R3: confirms who is in the sum.
   *
   * @return what {@link #unmasking} would say
   */
  public Optional<UnmaskRequest> confirm(RoundId round, SurvivorsConfirmed confirmed, Duration wait)
      throws CoordinatorException, InterruptedException {
    return authorized(bearer -> masking.confirm(bearer, round, confirmed, wait));
  }

  /** R4: what is asked for to open the sum, or empty when nothing is within {@code wait}. */
  public Optional<UnmaskRequest> unmasking(RoundId round, Duration wait)
      throws CoordinatorException, InterruptedException {
    return authorized(bearer -> masking.unmasking(bearer, round, wait));
  }

  /** R4: reveals the shares that were asked for. */
  public void reveal(RoundId round, UnmaskAnswer answer)
      throws CoordinatorException, InterruptedException {
    sent(bearer -> masking.reveal(bearer, round, answer));
  }

  long uploadOffset(RoundId round, UploadId upload)
      throws CoordinatorException, InterruptedException {
    return authorized(bearer -> api.uploadOffset(bearer, round, upload));
  }

  UploadReceipt upload(
      RoundId round,
      UploadId upload,
      byte[] update,
      ContentDigest digest,
      Optional<DeviceSignature> signature,
      int offsetBytes)
      throws CoordinatorException, InterruptedException {
    return authorized(
        bearer -> api.upload(bearer, round, upload, update, digest, signature, offsetBytes));
  }

  private void sent(AuthorizedStep step) throws CoordinatorException, InterruptedException {
    authorized(
        bearer -> {
          step.with(bearer);
          return true;
        });
  }

  private <T> T authorized(AuthorizedCall<T> call)
      throws CoordinatorException, InterruptedException {
    try {
      return call.with(currentToken());
    } catch (RefusedException refused) {
      if (!refused.isForTheSession()) {
        throw refused;
      }
      token = null;
      return call.with(currentToken());
    }
  }

  private BearerToken currentToken() throws CoordinatorException, InterruptedException {
    BearerToken known = token;
    if (known != null && tokenExpiryNanos - clock.monotonicNanos() > 0) {
      return known;
    }
    var challenge = api.challenge(new ChallengeRequest(DeviceId.of(keys.publicKey())));
    long askedNanos = clock.monotonicNanos();
    SessionResponse session =
        api.openSession(SessionRequest.signed(VersionRange.SUPPORTED, challenge.nonce(), keys));
    long lifeNanos = TimeUnit.SECONDS.toNanos(session.expiresInSeconds());
    tokenExpiryNanos = askedNanos + Math.max(lifeNanos - RENEW_AHEAD_NANOS, lifeNanos / 2);
    token = session.token();
    return session.token();
  }

  private interface AuthorizedCall<T> {
    T with(BearerToken token) throws CoordinatorException, InterruptedException;
  }

  private interface AuthorizedStep {
    void with(BearerToken token) throws CoordinatorException, InterruptedException;
  }
}
