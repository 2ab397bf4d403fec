package dev.tributary.aggregation.protocol;

import dev.tributary.aggregation.protocol.access.Challenge;
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
import java.util.List;
import java.util.function.Function;
import net.jqwik.api.Arbitrary;

/**
 * One kind of message, with all valid messages of it and its way to bytes and back: for tests that
 * hold for all.
 */
record MessageKind<T>(
    String name,
    Class<T> type,
    Arbitrary<? extends T> valid,
    Function<T, byte[]> encoder,
    Decoder<? extends T> decoder,
    int maximumBytes) {

  static final MessageKind<EnrolRequest> ENROL_REQUEST =
      new MessageKind<>(
          "enrol request",
          EnrolRequest.class,
          ValidMessages.enrolRequests(),
          EnrolRequest::encode,
          EnrolRequest::decode,
          EnrolRequest.MAXIMUM_BYTES);
  static final MessageKind<EnrolResponse> ENROL_RESPONSE =
      new MessageKind<>(
          "enrol response",
          EnrolResponse.class,
          ValidMessages.enrolResponses(),
          EnrolResponse::encode,
          EnrolResponse::decode,
          EnrolResponse.MAXIMUM_BYTES);
  static final MessageKind<ChallengeRequest> CHALLENGE_REQUEST =
      new MessageKind<>(
          "challenge request",
          ChallengeRequest.class,
          ValidMessages.challengeRequests(),
          ChallengeRequest::encode,
          ChallengeRequest::decode,
          ChallengeRequest.MAXIMUM_BYTES);
  static final MessageKind<Challenge> CHALLENGE =
      new MessageKind<>(
          "challenge",
          Challenge.class,
          ValidMessages.challenges(),
          Challenge::encode,
          Challenge::decode,
          Challenge.MAXIMUM_BYTES);
  static final MessageKind<SessionRequest> SESSION_REQUEST =
      new MessageKind<>(
          "session request",
          SessionRequest.class,
          ValidMessages.sessionRequests(),
          SessionRequest::encode,
          SessionRequest::decode,
          SessionRequest.MAXIMUM_BYTES);
  static final MessageKind<SessionResponse> SESSION_RESPONSE =
      new MessageKind<>(
          "session response",
          SessionResponse.class,
          ValidMessages.sessionResponses(),
          SessionResponse::encode,
          SessionResponse::decode,
          SessionResponse.MAXIMUM_BYTES);
  static final MessageKind<CheckIn> CHECK_IN =
      new MessageKind<>(
          "check-in",
          CheckIn.class,
          ValidMessages.checkIns(),
          CheckIn::encode,
          CheckIn::decode,
          CheckIn.MAXIMUM_BYTES);
  static final MessageKind<CheckInAnswer> CHECK_IN_ANSWER =
      new MessageKind<>(
          "check-in answer",
          CheckInAnswer.class,
          ValidMessages.checkInAnswers(),
          CheckInAnswer::encode,
          CheckInAnswer::decode,
          CheckInAnswer.MAXIMUM_BYTES);
  static final MessageKind<RoundManifest> ROUND_MANIFEST =
      new MessageKind<>(
          "round manifest",
          RoundManifest.class,
          ValidMessages.roundManifests(),
          RoundManifest::encode,
          RoundManifest::decode,
          RoundManifest.MAXIMUM_BYTES);
  static final MessageKind<FailureReport> FAILURE_REPORT =
      new MessageKind<>(
          "failure report",
          FailureReport.class,
          ValidMessages.failureReports(),
          FailureReport::encode,
          FailureReport::decode,
          FailureReport.MAXIMUM_BYTES);
  static final MessageKind<UploadReceipt> UPLOAD_RECEIPT =
      new MessageKind<>(
          "upload receipt",
          UploadReceipt.class,
          ValidMessages.uploadReceipts(),
          UploadReceipt::encode,
          UploadReceipt::decode,
          UploadReceipt.MAXIMUM_BYTES);
  static final MessageKind<RoundResult> ROUND_RESULT =
      new MessageKind<>(
          "round result",
          RoundResult.class,
          ValidMessages.roundResults(),
          RoundResult::encode,
          RoundResult::decode,
          RoundResult.MAXIMUM_BYTES);
  static final MessageKind<KeyAdvertisement> KEY_ADVERTISEMENT =
      new MessageKind<>(
          "key advertisement",
          KeyAdvertisement.class,
          ValidSecAggMessages.keyAdvertisements(),
          KeyAdvertisement::encode,
          KeyAdvertisement::decode,
          KeyAdvertisement.MAXIMUM_BYTES);
  static final MessageKind<RosterAnswer> ROSTER_ANSWER =
      new MessageKind<>(
          "roster answer",
          RosterAnswer.class,
          ValidSecAggMessages.rosterAnswers(),
          RosterAnswer::encode,
          RosterAnswer::decode,
          RosterAnswer.MAXIMUM_BYTES);
  static final MessageKind<SealedShares> SEALED_SHARES =
      new MessageKind<>(
          "sealed shares",
          SealedShares.class,
          ValidSecAggMessages.sealedShares(),
          SealedShares::encode,
          SealedShares::decode,
          SealedShares.MAXIMUM_BYTES);
  static final MessageKind<ShareInbox> SHARE_INBOX =
      new MessageKind<>(
          "share inbox",
          ShareInbox.class,
          ValidSecAggMessages.shareInboxes(),
          ShareInbox::encode,
          ShareInbox::decode,
          ShareInbox.MAXIMUM_BYTES);
  static final MessageKind<SurvivorsAnnounced> SURVIVORS_ANNOUNCED =
      new MessageKind<>(
          "survivors announced",
          SurvivorsAnnounced.class,
          ValidSecAggMessages.survivorsAnnounced(),
          SurvivorsAnnounced::encode,
          SurvivorsAnnounced::decode,
          SurvivorsAnnounced.MAXIMUM_BYTES);
  static final MessageKind<SurvivorsConfirmed> SURVIVORS_CONFIRMED =
      new MessageKind<>(
          "survivors confirmed",
          SurvivorsConfirmed.class,
          ValidSecAggMessages.survivorsConfirmed(),
          SurvivorsConfirmed::encode,
          SurvivorsConfirmed::decode,
          SurvivorsConfirmed.MAXIMUM_BYTES);
  static final MessageKind<UnmaskRequest> UNMASK_REQUEST =
      new MessageKind<>(
          "unmask request",
          UnmaskRequest.class,
          ValidSecAggMessages.unmaskRequests(),
          UnmaskRequest::encode,
          UnmaskRequest::decode,
          UnmaskRequest.MAXIMUM_BYTES);
  static final MessageKind<UnmaskAnswer> UNMASK_ANSWER =
      new MessageKind<>(
          "unmask answer",
          UnmaskAnswer.class,
          ValidSecAggMessages.unmaskAnswers(),
          UnmaskAnswer::encode,
          UnmaskAnswer::decode,
          UnmaskAnswer.MAXIMUM_BYTES);

  static final MessageKind<HealthReport> HEALTH_REPORT =
      new MessageKind<>(
          "health report",
          HealthReport.class,
          ValidMessages.healthReports(),
          HealthReport::encode,
          HealthReport::decode,
          HealthReport.MAXIMUM_BYTES);

  static final List<MessageKind<?>> ALL =
      List.of(
          ENROL_REQUEST,
          ENROL_RESPONSE,
          CHALLENGE_REQUEST,
          CHALLENGE,
          SESSION_REQUEST,
          SESSION_RESPONSE,
          CHECK_IN,
          CHECK_IN_ANSWER,
          ROUND_MANIFEST,
          FAILURE_REPORT,
          UPLOAD_RECEIPT,
          ROUND_RESULT,
          HEALTH_REPORT,
          KEY_ADVERTISEMENT,
          ROSTER_ANSWER,
          SEALED_SHARES,
          SHARE_INBOX,
          SURVIVORS_ANNOUNCED,
          SURVIVORS_CONFIRMED,
          UNMASK_REQUEST,
          UNMASK_ANSWER);

  T decode(byte[] bytes) throws RejectedException {
    return decoder.decode(bytes);
  }

  byte[] encodeAny(Object message) {
    return encoder.apply(type.cast(message));
  }

  @Override
  public String toString() {
    return name;
  }

  /** What every {@code decode} method is. */
  @FunctionalInterface
  interface Decoder<T> {

    T decode(byte[] bytes) throws RejectedException;
  }
}
