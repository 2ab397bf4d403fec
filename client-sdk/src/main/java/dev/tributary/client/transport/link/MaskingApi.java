package dev.tributary.client.transport.link;

import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.aggregation.protocol.secagg.roster.KeyAdvertisement;
import dev.tributary.aggregation.protocol.secagg.roster.RosterAnswer;
import dev.tributary.aggregation.protocol.secagg.share.SealedShares;
import dev.tributary.aggregation.protocol.secagg.share.ShareInbox;
import dev.tributary.aggregation.protocol.secagg.unmask.SurvivorsAnnounced;
import dev.tributary.aggregation.protocol.secagg.unmask.SurvivorsConfirmed;
import dev.tributary.aggregation.protocol.secagg.unmask.UnmaskAnswer;
import dev.tributary.aggregation.protocol.secagg.unmask.UnmaskRequest;
import dev.tributary.security.identity.BearerToken;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/**
 * The part of the device API that a round with secure aggregation has more, one method each. Every
 * message may be sent again as it was: the coordinator counts it once. Answers that wait are empty
 * while there is nothing yet; one that comes with what was sent may be asked for later as well.
 * Holds no state; any thread may use it.
 */
final class MaskingApi {

  private final ApiCalls calls;

  MaskingApi(ApiCalls calls) {
    this.calls = calls;
  }

  Optional<RosterAnswer> advertise(
      BearerToken token, RoundId round, KeyAdvertisement keys, Duration wait)
      throws CoordinatorException, InterruptedException {
    return calls.post(
        path(round, "keys"),
        token,
        keys.encode(),
        wait,
        RosterAnswer.MAXIMUM_BYTES,
        RosterAnswer::decode);
  }

  Optional<RosterAnswer> roster(BearerToken token, RoundId round, Duration wait)
      throws CoordinatorException, InterruptedException {
    return calls.poll(
        path(round, "roster"), token, wait, RosterAnswer.MAXIMUM_BYTES, RosterAnswer::decode);
  }

  Optional<ShareInbox> deal(BearerToken token, RoundId round, SealedShares shares, Duration wait)
      throws CoordinatorException, InterruptedException {
    return calls.post(
        path(round, "shares"),
        token,
        shares.encode(),
        wait,
        ShareInbox.MAXIMUM_BYTES,
        ShareInbox::decode);
  }

  Optional<ShareInbox> inbox(BearerToken token, RoundId round, Duration wait)
      throws CoordinatorException, InterruptedException {
    return calls.poll(
        path(round, "inbox"), token, wait, ShareInbox.MAXIMUM_BYTES, ShareInbox::decode);
  }

  Optional<SurvivorsAnnounced> survivors(BearerToken token, RoundId round, Duration wait)
      throws CoordinatorException, InterruptedException {
    return calls.poll(
        path(round, "survivors"),
        token,
        wait,
        SurvivorsAnnounced.MAXIMUM_BYTES,
        SurvivorsAnnounced::decode);
  }

  Optional<UnmaskRequest> confirm(
      BearerToken token, RoundId round, SurvivorsConfirmed confirmed, Duration wait)
      throws CoordinatorException, InterruptedException {
    return calls.post(
        path(round, "survivors"),
        token,
        confirmed.encode(),
        wait,
        UnmaskRequest.MAXIMUM_BYTES,
        UnmaskRequest::decode);
  }

  Optional<UnmaskRequest> unmasking(BearerToken token, RoundId round, Duration wait)
      throws CoordinatorException, InterruptedException {
    return calls.poll(
        path(round, "unmasking"), token, wait, UnmaskRequest.MAXIMUM_BYTES, UnmaskRequest::decode);
  }

  void reveal(BearerToken token, RoundId round, UnmaskAnswer answer)
      throws CoordinatorException, InterruptedException {
    byte[] body = answer.encode();
    try {
      calls.post(path(round, "unmasking"), ApiCalls.authorized(token), body, 0);
    } finally {
      Arrays.fill(body, (byte) 0);
    }
  }

  private static String path(RoundId round, String step) {
    return "/v1/rounds/" + round + "/" + step;
  }
}
