package dev.tributary.client.transport.link;

import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.aggregation.protocol.RejectedException;
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
import dev.tributary.client.transport.Transport;
import dev.tributary.client.transport.TransportRequest;
import dev.tributary.security.identity.BearerToken;
import dev.tributary.security.secret.InsecureSecretAccess;
import java.io.IOException;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The coordinator's device API, one method each: paths, headers, limits and the meaning of
 * statuses. Holds no state; any thread may use it. Every answer is bounded by what its message can
 * be, whatever the coordinator sends.
 */
final class CoordinatorApi {

  private static final String PROTOBUF = "application/x-protobuf";
  private static final String VECTOR = "application/octet-stream";
  private static final Duration IDLE = Duration.ofSeconds(30);
  private static final Duration QUICK = Duration.ofSeconds(60);
  private static final Duration TRANSFER = Duration.ofHours(1);

  private final Transport transport;

  CoordinatorApi(Transport transport) {
    this.transport = transport;
  }

  EnrolResponse enrol(EnrolRequest request) throws CoordinatorException, InterruptedException {
    return decode(
        post("/v1/devices", Map.of(), request.encode(), EnrolResponse.MAXIMUM_BYTES),
        EnrolResponse::decode);
  }

  Challenge challenge(ChallengeRequest request) throws CoordinatorException, InterruptedException {
    return decode(
        post("/v1/challenges", Map.of(), request.encode(), Challenge.MAXIMUM_BYTES),
        Challenge::decode);
  }

  SessionResponse openSession(SessionRequest request)
      throws CoordinatorException, InterruptedException {
    return decode(
        post("/v1/sessions", Map.of(), request.encode(), SessionResponse.MAXIMUM_BYTES),
        SessionResponse::decode);
  }

  CheckInAnswer checkIn(BearerToken token, CheckIn request)
      throws CoordinatorException, InterruptedException {
    return decode(
        post("/v1/check-ins", authorized(token), request.encode(), CheckInAnswer.MAXIMUM_BYTES),
        CheckInAnswer::decode);
  }

  /** Empty while the coordinator is still selecting devices for the round. */
  Optional<RoundManifest> manifest(BearerToken token, RoundId round, Duration wait)
      throws CoordinatorException, InterruptedException {
    Answer answer =
        get(
            "/v1/rounds/" + round + "/manifest?wait=" + wait.toSeconds(),
            token,
            wait,
            RoundManifest.MAXIMUM_BYTES);
    return answer.head().status() == 204
        ? Optional.empty()
        : Optional.of(decode(answer, RoundManifest::decode));
  }

  RoundResult result(BearerToken token, RoundId round, Duration wait)
      throws CoordinatorException, InterruptedException {
    return decode(
        get(
            "/v1/rounds/" + round + "/result?wait=" + wait.toSeconds(),
            token,
            wait,
            RoundResult.MAXIMUM_BYTES),
        RoundResult::decode);
  }

  void reportFailure(BearerToken token, RoundId round, FailureReport report)
      throws CoordinatorException, InterruptedException {
    post("/v1/rounds/" + round + "/failures", authorized(token), report.encode(), 0);
  }

  /**
   * Streams a model, from {@code offsetBytes} on if it still is the version of that digest, into
   * {@code receiver}.
   */
  void model(BearerToken token, ModelDigest digest, long offsetBytes, ResponseReceiver receiver)
      throws CoordinatorException, InterruptedException {
    Map<String, String> headers = authorized(token);
    if (offsetBytes > 0) {
      headers.put("Range", "bytes=" + offsetBytes + "-");
      headers.put("If-Range", "\"" + digest + "\"");
    }
    send(
        new TransportRequest(
            "GET", "/v1/models/" + digest, headers, RequestBody.EMPTY, IDLE, TRANSFER),
        receiver);
  }

  /** How many bytes of an upload the coordinator has. */
  long uploadOffset(BearerToken token, RoundId round, UploadId upload)
      throws CoordinatorException, InterruptedException {
    Answer answer =
        answer(
            new TransportRequest(
                "HEAD",
                uploadPath(round, upload),
                authorized(token),
                RequestBody.EMPTY,
                IDLE,
                QUICK),
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

  /** Sends {@code update} from {@code offsetBytes} on. */
  UploadReceipt upload(
      BearerToken token,
      RoundId round,
      UploadId upload,
      byte[] update,
      ContentDigest digest,
      int offsetBytes)
      throws CoordinatorException, InterruptedException {
    Map<String, String> headers = authorized(token);
    headers.put("Content-Type", VECTOR);
    headers.put("Upload-Offset", Integer.toString(offsetBytes));
    headers.put("Upload-Length", Integer.toString(update.length));
    headers.put(
        "Repr-Digest", "sha-256=:" + Base64.getEncoder().encodeToString(digest.bytes()) + ":");
    Answer answer =
        answer(
            new TransportRequest(
                "PUT",
                uploadPath(round, upload),
                headers,
                RequestBody.from(update, offsetBytes),
                IDLE,
                TRANSFER),
            UploadReceipt.MAXIMUM_BYTES);
    return decode(answer, UploadReceipt::decode);
  }

  private static String uploadPath(RoundId round, UploadId upload) {
    return "/v1/rounds/" + round + "/uploads/" + upload;
  }

  private Answer get(String path, BearerToken token, Duration wait, int maximumBytes)
      throws CoordinatorException, InterruptedException {
    return answer(
        new TransportRequest(
            "GET", path, authorized(token), RequestBody.EMPTY, IDLE.plus(wait), QUICK.plus(wait)),
        maximumBytes);
  }

  private Answer post(String path, Map<String, String> headers, byte[] body, int maximumBytes)
      throws CoordinatorException, InterruptedException {
    Map<String, String> all = new HashMap<>(headers);
    all.put("Content-Type", PROTOBUF);
    return answer(
        new TransportRequest("POST", path, all, RequestBody.of(body), IDLE, QUICK), maximumBytes);
  }

  private static Map<String, String> authorized(BearerToken token) {
    Map<String, String> headers = new HashMap<>();
    headers.put("Authorization", "Bearer " + token.text(InsecureSecretAccess.get()));
    return headers;
  }

  private Answer answer(TransportRequest request, int maximumBytes)
      throws CoordinatorException, InterruptedException {
    var body = new BoundedBody(maximumBytes);
    try {
      transport.exchange(request, body);
      var answer = new Answer(body.head(), body.bytes());
      requireSuccess(answer);
      return answer;
    } catch (IOException failure) {
      throw new UnreachableException(failure);
    }
  }

  private void send(TransportRequest request, ResponseReceiver receiver)
      throws CoordinatorException, InterruptedException {
    var problemOrModel = new ProblemOr(receiver);
    try {
      transport.exchange(request, problemOrModel);
      Optional<Answer> problem = problemOrModel.problem();
      if (problem.isPresent()) {
        requireSuccess(problem.get());
      }
    } catch (IOException failure) {
      throw new UnreachableException(failure);
    }
  }

  private static void requireSuccess(Answer answer) throws CoordinatorException {
    ResponseHead head = answer.head();
    if (head.status() >= 400) {
      throw new RefusedException(head, ProblemDocument.read(head, answer.body()));
    }
    if (!head.isSuccess()) {
      throw new UnreachableException(
          "status "
              + head.status()
              + " is not of this protocol: something between here and the coordinator answers");
    }
  }

  private static <T> T decode(Answer answer, Decoder<T> decoder) throws CoordinatorException {
    String type = answer.head().header("content-type").orElse("none");
    if (!type.startsWith(PROTOBUF)) {
      throw new UnreachableException(
          "the answer has content type "
              + ProblemDocument.printable(type)
              + ", not "
              + PROTOBUF
              + ": something between here and the coordinator answers");
    }
    try {
      return decoder.decode(answer.body());
    } catch (RejectedException malformed) {
      throw new UnintelligibleException(
          "the coordinator's answer cannot be accepted: " + malformed.detail());
    }
  }

  private interface Decoder<T> {
    T decode(byte[] bytes) throws RejectedException;
  }

  record Answer(ResponseHead head, byte[] body) {}
}
