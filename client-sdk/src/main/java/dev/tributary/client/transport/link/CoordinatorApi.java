package dev.tributary.client.transport.link;

import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.aggregation.protocol.UploadId;
import dev.tributary.aggregation.protocol.access.Challenge;
import dev.tributary.aggregation.protocol.access.ChallengeRequest;
import dev.tributary.aggregation.protocol.access.EnrolRequest;
import dev.tributary.aggregation.protocol.access.EnrolResponse;
import dev.tributary.aggregation.protocol.access.SessionRequest;
import dev.tributary.aggregation.protocol.access.SessionResponse;
import dev.tributary.aggregation.protocol.round.CheckIn;
import dev.tributary.aggregation.protocol.round.CheckInAnswer;
import dev.tributary.aggregation.protocol.round.FailureReport;
import dev.tributary.aggregation.protocol.round.RoundManifest;
import dev.tributary.aggregation.protocol.round.RoundResult;
import dev.tributary.aggregation.protocol.round.UploadReceipt;
import dev.tributary.client.session.ContentDigest;
import dev.tributary.client.transport.RequestBody;
import dev.tributary.client.transport.ResponseHead;
import dev.tributary.client.transport.ResponseReceiver;
import dev.tributary.client.transport.TransportRequest;
import dev.tributary.security.identity.BearerToken;
import dev.tributary.security.identity.DeviceSignature;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/**
 * The coordinator's device API, one method each: paths, headers, limits and the meaning of
 * statuses. Holds no state; any thread may use it. Every answer is bounded by what its message can
 * be, whatever the coordinator sends.
 */
final class CoordinatorApi {

  private static final String VECTOR = "application/octet-stream";

  private final ApiCalls calls;

  CoordinatorApi(ApiCalls calls) {
    this.calls = calls;
  }

  EnrolResponse enrol(EnrolRequest request) throws CoordinatorException, InterruptedException {
    return ApiCalls.decode(
        calls.post("/v1/devices", Map.of(), request.encode(), EnrolResponse.MAXIMUM_BYTES),
        EnrolResponse::decode);
  }

  Challenge challenge(ChallengeRequest request) throws CoordinatorException, InterruptedException {
    return ApiCalls.decode(
        calls.post("/v1/challenges", Map.of(), request.encode(), Challenge.MAXIMUM_BYTES),
        Challenge::decode);
  }

  SessionResponse openSession(SessionRequest request)
      throws CoordinatorException, InterruptedException {
    return ApiCalls.decode(
        calls.post("/v1/sessions", Map.of(), request.encode(), SessionResponse.MAXIMUM_BYTES),
        SessionResponse::decode);
  }

  CheckInAnswer checkIn(BearerToken token, CheckIn request)
      throws CoordinatorException, InterruptedException {
    return ApiCalls.decode(
        calls.post(
            "/v1/check-ins",
            ApiCalls.authorized(token),
            request.encode(),
            CheckInAnswer.MAXIMUM_BYTES),
        CheckInAnswer::decode);
  }

  /** Empty while the coordinator is still selecting devices for the round. */
  Optional<RoundManifest> manifest(BearerToken token, RoundId round, Duration wait)
      throws CoordinatorException, InterruptedException {
    return calls.poll(
        "/v1/rounds/" + round + "/manifest",
        token,
        wait,
        RoundManifest.MAXIMUM_BYTES,
        RoundManifest::decode);
  }

  RoundResult result(BearerToken token, RoundId round, Duration wait)
      throws CoordinatorException, InterruptedException {
    return ApiCalls.decode(
        calls.get(
            "/v1/rounds/" + round + "/result?wait=" + wait.toSeconds(),
            token,
            wait,
            RoundResult.MAXIMUM_BYTES),
        RoundResult::decode);
  }

  void reportFailure(BearerToken token, RoundId round, FailureReport report)
      throws CoordinatorException, InterruptedException {
    calls.post("/v1/rounds/" + round + "/failures", ApiCalls.authorized(token), report.encode(), 0);
  }

  /**
   * Streams a model, from {@code offsetBytes} on if it still is the version of that digest, into
   * {@code receiver}.
   */
  void model(BearerToken token, ModelDigest digest, long offsetBytes, ResponseReceiver receiver)
      throws CoordinatorException, InterruptedException {
    Map<String, String> headers = ApiCalls.authorized(token);
    if (offsetBytes > 0) {
      headers.put("Range", "bytes=" + offsetBytes + "-");
      headers.put("If-Range", "\"" + digest + "\"");
    }
    calls.send(
        new TransportRequest(
            "GET",
            "/v1/models/" + digest,
            headers,
            RequestBody.EMPTY,
            ApiCalls.IDLE,
            ApiCalls.TRANSFER),
        receiver);
  }

  /** How many bytes of an upload the coordinator has. */
  long uploadOffset(BearerToken token, RoundId round, UploadId upload)
      throws CoordinatorException, InterruptedException {
    ApiCalls.Answer answer =
        calls.answer(
            new TransportRequest(
                "HEAD",
                uploadPath(round, upload),
                ApiCalls.authorized(token),
                RequestBody.EMPTY,
                ApiCalls.IDLE,
                ApiCalls.QUICK),
            0);
    return uploadOffset(answer.head())
        .orElseThrow(
            () -> new UnreachableException("the coordinator's answer has no valid Upload-Offset"));
  }

  static Optional<Long> uploadOffset(ResponseHead head) {
    return head.header("upload-offset")
        .filter(text -> text.matches("\\d{1,18}"))
        .map(Long::valueOf);
  }

  /**
   * Sends {@code update} from {@code offsetBytes} on.
   *
   * @param signature by the device over the update, in rounds that ask for it
   */
  UploadReceipt upload(
      BearerToken token,
      RoundId round,
      UploadId upload,
      byte[] update,
      ContentDigest digest,
      Optional<DeviceSignature> signature,
      int offsetBytes)
      throws CoordinatorException, InterruptedException {
    Map<String, String> headers = ApiCalls.authorized(token);
    headers.put("Content-Type", VECTOR);
    headers.put("Upload-Offset", Integer.toString(offsetBytes));
    headers.put("Upload-Length", Integer.toString(update.length));
    headers.put(
        "Repr-Digest", "sha-256=:" + Base64.getEncoder().encodeToString(digest.bytes()) + ":");
    signature.ifPresent(
        own ->
            headers.put(
                "Update-Signature",
                ":" + Base64.getEncoder().encodeToString(own.toByteArray()) + ":"));
    ApiCalls.Answer answer =
        calls.answer(
            new TransportRequest(
                "PUT",
                uploadPath(round, upload),
                headers,
                RequestBody.from(update, offsetBytes),
                ApiCalls.IDLE,
                ApiCalls.TRANSFER),
            UploadReceipt.MAXIMUM_BYTES);
    return ApiCalls.decode(answer, UploadReceipt::decode);
  }

  private static String uploadPath(RoundId round, UploadId upload) {
    return "/v1/rounds/" + round + "/uploads/" + upload;
  }
}
