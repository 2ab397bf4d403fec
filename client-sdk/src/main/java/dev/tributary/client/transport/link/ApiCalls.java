package dev.tributary.client.transport.link;

import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.client.transport.RequestBody;
import dev.tributary.client.transport.ResponseHead;
import dev.tributary.client.transport.ResponseReceiver;
import dev.tributary.client.transport.Transport;
import dev.tributary.client.transport.TransportRequest;
import dev.tributary.security.identity.BearerToken;
import dev.tributary.security.secret.InsecureSecretAccess;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What all calls of the device API have in common: headers, time limits, the bound of the answer
 * and the meaning of its status. Holds no state; any thread may use it.
 */
final class ApiCalls {

  static final Duration IDLE = Duration.ofSeconds(30);
  static final Duration QUICK = Duration.ofSeconds(60);
  static final Duration TRANSFER = Duration.ofHours(1);

  private static final int LARGE_BYTES = 128 * 1024;
  private static final String PROTOBUF = "application/x-protobuf";

  private final Transport transport;

  ApiCalls(Transport transport) {
    this.transport = transport;
  }

  Answer get(String path, BearerToken token, Duration wait, int maximumBytes)
      throws CoordinatorException, InterruptedException {
    return answer(
        new TransportRequest(
            "GET",
            path,
            authorized(token),
            RequestBody.EMPTY,
            IDLE.plus(wait),
            total(maximumBytes).plus(wait)),
        maximumBytes);
  }

  /** A long poll: empty while the coordinator answers 204, that there is nothing yet. */
  <T> Optional<T> poll(
      String path, BearerToken token, Duration wait, int maximumBytes, Decoder<T> decoder)
      throws CoordinatorException, InterruptedException {
    return unlessEmpty(get(waiting(path, wait), token, wait, maximumBytes), decoder);
  }

  /** Sends a message and waits for what comes after it: empty when that is not there yet. */
  <T> Optional<T> post(
      String path,
      BearerToken token,
      byte[] body,
      Duration wait,
      int maximumBytes,
      Decoder<T> decoder)
      throws CoordinatorException, InterruptedException {
    Duration total = total(Math.max(body.length, maximumBytes)).plus(wait);
    TransportRequest request =
        message(waiting(path, wait), authorized(token), body, IDLE.plus(wait), total);
    return unlessEmpty(answer(request, maximumBytes), decoder);
  }

  private static String waiting(String path, Duration wait) {
    return path + "?wait=" + wait.toSeconds();
  }

  private static <T> Optional<T> unlessEmpty(Answer answer, Decoder<T> decoder)
      throws CoordinatorException {
    return answer.head().status() == 204 ? Optional.empty() : Optional.of(decode(answer, decoder));
  }

  Answer post(String path, Map<String, String> headers, byte[] body, int maximumBytes)
      throws CoordinatorException, InterruptedException {
    return answer(message(path, headers, body, IDLE, total(body.length)), maximumBytes);
  }

  private static TransportRequest message(
      String path, Map<String, String> headers, byte[] body, Duration idle, Duration total) {
    Map<String, String> all = new HashMap<>(headers);
    all.put("Content-Type", PROTOBUF);
    return new TransportRequest("POST", path, all, RequestBody.of(body), idle, total);
  }

  /** Longest time for a message; one without progress ends after {@link #IDLE} in any case. */
  private static Duration total(int bytes) {
    return bytes > LARGE_BYTES ? TRANSFER : QUICK;
  }

  static Map<String, String> authorized(BearerToken token) {
    Map<String, String> headers = new HashMap<>();
    headers.put("Authorization", "Bearer " + token.text(InsecureSecretAccess.get()));
    return headers;
  }

  Answer answer(TransportRequest request, int maximumBytes)
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

  void send(TransportRequest request, ResponseReceiver receiver)
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

  static <T> T decode(Answer answer, Decoder<T> decoder) throws CoordinatorException {
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

  interface Decoder<T> {
    T decode(byte[] bytes) throws RejectedException;
  }

  record Answer(ResponseHead head, byte[] body) {}
}
