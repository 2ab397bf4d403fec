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
import dev.tributary.aggregation.protocol.access.SessionRequest;
import dev.tributary.aggregation.protocol.access.SessionResponse;
import dev.tributary.aggregation.protocol.round.CheckIn;
import dev.tributary.aggregation.protocol.round.CheckInAnswer;
import dev.tributary.aggregation.protocol.round.FailureReport;
import dev.tributary.aggregation.protocol.round.RoundManifest;
import dev.tributary.aggregation.protocol.round.RoundResult;
import dev.tributary.aggregation.protocol.round.UploadReceipt;
import dev.tributary.client.session.ContentDigest;
import dev.tributary.client.session.DeviceClock;
import dev.tributary.client.transport.ResponseReceiver;
import dev.tributary.client.transport.Transport;
import dev.tributary.security.identity.BearerToken;
import dev.tributary.security.identity.DeviceKeyPair;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One device's way to its coordinator: opens a session by signing a challenge, and opens another
 * when the coordinator says that the token is not good any more; each request is then repeated
 * once. The token lives in memory only. Used by one thread at a time.
 */
public final class CoordinatorLink {

  /**
   * A token is renewed this long before it expires, so that a long upload does not outlive it on
   * its way.
   */
  private static final long RENEW_AHEAD_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final CoordinatorApi api;
  private final DeviceKeyPair keys;
  private final DeviceClock clock;
  private @Nullable BearerToken token;
  private long tokenExpiryNanos;

  /** A link of the device that holds {@code keys}. */
  public CoordinatorLink(Transport transport, DeviceKeyPair keys, DeviceClock clock) {
    this.api = new CoordinatorApi(transport);
    this.keys = keys;
    this.clock = clock;
  }

  /** Makes this device's key known to the coordinator; doing it again changes nothing. */
  public DeviceId enrol(
      PopulationName population, BearerToken enrolmentToken, SdkVersion sdkVersion)
      throws CoordinatorException, InterruptedException {
    DeviceId answered =
        api.enrol(
                EnrolRequest.signed(
                    VersionRange.SUPPORTED, population, enrolmentToken, keys, sdkVersion))
            .deviceId();
    DeviceId own = DeviceId.of(keys.publicKey());
    if (!answered.equals(own)) {
      throw new UnintelligibleException(
          "the coordinator enrolled " + answered + ", but this device is " + own);
    }
    return own;
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
    authorized(
        bearer -> {
          api.reportFailure(bearer, round, report);
          return round;
        });
  }

  /** Streams a model, from {@code offsetBytes} on if that is possible, into {@code receiver}. */
  public void model(ModelDigest digest, long offsetBytes, ResponseReceiver receiver)
      throws CoordinatorException, InterruptedException {
    authorized(
        bearer -> {
          api.model(bearer, digest, offsetBytes, receiver);
          return digest;
        });
  }

  long uploadOffset(RoundId round, UploadId upload)
      throws CoordinatorException, InterruptedException {
    return authorized(bearer -> api.uploadOffset(bearer, round, upload));
  }

  UploadReceipt upload(
      RoundId round, UploadId upload, byte[] update, ContentDigest digest, int offsetBytes)
      throws CoordinatorException, InterruptedException {
    return authorized(bearer -> api.upload(bearer, round, upload, update, digest, offsetBytes));
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
}
