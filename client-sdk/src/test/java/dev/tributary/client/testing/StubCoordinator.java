package dev.tributary.client.testing;

import dev.tributary.aggregation.mask.MaskedUpdate;
import dev.tributary.aggregation.mask.ProtocolKind;
import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.aggregation.model.ModelLayout;
import dev.tributary.aggregation.model.ModelState;
import dev.tributary.aggregation.model.Safetensors;
import dev.tributary.aggregation.model.TensorSpec;
import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.PopulationName;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.aggregation.protocol.RoundKind;
import dev.tributary.aggregation.protocol.UploadId;
import dev.tributary.aggregation.protocol.access.Challenge;
import dev.tributary.aggregation.protocol.access.ChallengeRequest;
import dev.tributary.aggregation.protocol.access.EnrolRequest;
import dev.tributary.aggregation.protocol.access.EnrolResponse;
import dev.tributary.aggregation.protocol.access.Nonce;
import dev.tributary.aggregation.protocol.access.SessionRequest;
import dev.tributary.aggregation.protocol.access.SessionResponse;
import dev.tributary.aggregation.protocol.round.CheckIn;
import dev.tributary.aggregation.protocol.round.CheckInAnswer;
import dev.tributary.aggregation.protocol.round.FailureReport;
import dev.tributary.aggregation.protocol.round.RoundManifest;
import dev.tributary.aggregation.protocol.round.UploadReceipt;
import dev.tributary.aggregation.quantize.QuantizationParameters;
import dev.tributary.aggregation.runtime.TrainingParameters;
import dev.tributary.security.Sha256;
import dev.tributary.security.identity.BearerToken;
import dev.tributary.security.identity.DevicePublicKey;
import dev.tributary.security.secret.InsecureSecretAccess;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The device API of one coordinator with one round, small enough to read, on a {@link
 * ScriptedServer}: it verifies proofs and signatures, keeps parts of uploads, and lets a test
 * answer any call differently first.
 */
public final class StubCoordinator implements AutoCloseable {

  public static final RoundId ROUND = RoundId.of("digits.1");
  public static final PopulationName POPULATION = new PopulationName("testers");
  public static final String SPEC =
      "{\"format\":\"tributary-model/1\",\"input\":[2],\"layers\":[{\"type\":\"linear\",\"units\":3}],"
          + "\"loss\":\"softmax-cross-entropy\",\"classes\":3}";
  public static final ModelState MODEL =
      new ModelState(
          ModelLayout.of(
              new TensorSpec("0.weight", new int[] {3, 2}),
              new TensorSpec("0.bias", new int[] {3})),
          new float[] {0.1f, 0.2f, 0.3f, 0.4f, 0.5f, 0.6f, 0f, 0f, 0f});
  public static final byte[] MODEL_FILE = Safetensors.toBytes(MODEL);

  public static final ModelDigest MODEL_DIGEST = digestOf(MODEL_FILE);

  /** How long the coordinator holds the place of a device that it assigned to a round. */
  public static final Duration PLACE_HELD = Duration.ofMinutes(1);

  private final SecureRandom random = new SecureRandom();
  private final BearerToken enrolmentToken = BearerToken.random(random);
  private final Map<DeviceId, DevicePublicKey> devices = new ConcurrentHashMap<>();
  private final Map<DeviceId, Nonce> challenges = new ConcurrentHashMap<>();
  private final Map<String, DeviceId> sessions = new ConcurrentHashMap<>();
  private final Map<UploadId, ByteArrayOutputStream> uploads = new ConcurrentHashMap<>();
  private final List<FailureReport> failures = new CopyOnWriteArrayList<>();
  private final List<CheckIn> checkIns = new CopyOnWriteArrayList<>();
  private final ScriptedServer server;
  private volatile Interception interception = call -> Optional.empty();
  private volatile CheckInAnswer checkInAnswer =
      new CheckInAnswer.Assigned(ROUND, PLACE_HELD.toMillis());
  private volatile RoundManifest manifest = trainingManifest(MODEL_FILE);

  /** Answers a call in the coordinator's place, or leaves it to the coordinator. */
  public interface Interception {
    Optional<HttpReply> replyTo(HttpCall call) throws IOException, InterruptedException;
  }

  public StubCoordinator() throws IOException {
    this.server = new ScriptedServer(this::reply);
  }

  public static RoundManifest trainingManifest(byte[] modelFile) {
    return new RoundManifest(
        ROUND,
        RoundKind.TRAINING,
        ProtocolKind.PLAIN,
        POPULATION,
        digestOf(modelFile),
        modelFile.length,
        SPEC,
        QuantizationParameters.forTraining(9, 16, 10f, 4f, 100, 10),
        Optional.of(new TrainingParameters(1, 2, 0.1f, 0f)),
        5,
        3,
        120_000);
  }

  public static ModelDigest digestOf(byte[] file) {
    return ModelDigest.ofSha256(Sha256.of(file));
  }

  public URI uri() {
    return server.uri();
  }

  public String enrolmentToken() {
    return enrolmentToken.text(InsecureSecretAccess.get());
  }

  public List<String> calls() {
    return server.calls();
  }

  public long calls(String methodAndPrefix) {
    return calls().stream().filter(call -> call.startsWith(methodAndPrefix)).count();
  }

  public List<FailureReport> failures() {
    return failures;
  }

  public List<CheckIn> checkIns() {
    return checkIns;
  }

  public Map<UploadId, ByteArrayOutputStream> uploads() {
    return uploads;
  }

  /** What arrived of an upload so far. */
  public byte[] received(UploadId upload) {
    return uploads.getOrDefault(upload, new ByteArrayOutputStream()).toByteArray();
  }

  public void before(Interception newInterception) {
    interception = newInterception;
  }

  public void answerCheckIns(CheckInAnswer answer) {
    checkInAnswer = answer;
  }

  public void manifest(RoundManifest newManifest) {
    manifest = newManifest;
  }

  /** All session tokens become invalid, as after a restart of the coordinator. */
  public void forgetSessions() {
    sessions.clear();
  }

  /** All devices become unknown, as after a loss of its database. */
  public void forgetDevices() {
    devices.clear();
    sessions.clear();
  }

  private HttpReply reply(HttpCall call) throws IOException, InterruptedException {
    Optional<HttpReply> other = interception.replyTo(call);
    if (other.isPresent()) {
      return other.get();
    }
    try {
      return route(call);
    } catch (RejectedException refused) {
      return HttpReply.problem(refused.reason().httpStatus(), refused.reason().code());
    }
  }

  private HttpReply route(HttpCall call) throws IOException, RejectedException {
    String path = call.path().replaceAll("\\?.*", "");
    return switch (path) {
      case "/v1/devices" -> enrol(EnrolRequest.decode(call.body()));
      case "/v1/challenges" -> challenge(ChallengeRequest.decode(call.body()));
      case "/v1/sessions" -> session(SessionRequest.decode(call.body()));
      default -> withSession(call, path);
    };
  }

  private HttpReply withSession(HttpCall call, String path) throws IOException, RejectedException {
    String token = call.header("authorization").orElse("").replace("Bearer ", "");
    if (!sessions.containsKey(token)) {
      call.body();
      return HttpReply.problem(401, "token-expired");
    }
    if (path.equals("/v1/check-ins")) {
      checkIns.add(CheckIn.decode(call.body()));
      return HttpReply.protobuf(200, checkInAnswer.encode());
    }
    if (path.endsWith("/manifest")) {
      return HttpReply.protobuf(200, manifest.encode());
    }
    if (path.startsWith("/v1/models/")) {
      return model(call);
    }
    if (path.contains("/uploads/")) {
      return upload(call, new UploadId(path.substring(path.lastIndexOf('/') + 1)));
    }
    if (path.endsWith("/failures")) {
      failures.add(FailureReport.decode(call.body()));
      return HttpReply.of(204, Map.of(), new byte[0]);
    }
    return HttpReply.problem(404, "not-found");
  }

  private HttpReply enrol(EnrolRequest request) throws RejectedException {
    request.verifyProof();
    if (!request.token().equals(enrolmentToken)) {
      return HttpReply.problem(401, "bad-token");
    }
    DeviceId device = DeviceId.of(request.publicKey());
    devices.put(device, request.publicKey());
    return HttpReply.protobuf(201, new EnrolResponse(1, device).encode());
  }

  private HttpReply challenge(ChallengeRequest request) {
    if (!devices.containsKey(request.deviceId())) {
      return HttpReply.problem(401, "unknown-device");
    }
    var challenge = new Challenge(Nonce.random(random), 60);
    challenges.put(request.deviceId(), challenge.nonce());
    return HttpReply.protobuf(200, challenge.encode());
  }

  private HttpReply session(SessionRequest request) throws RejectedException {
    DevicePublicKey key = devices.get(request.deviceId());
    if (key == null || !request.nonce().equals(challenges.remove(request.deviceId()))) {
      return HttpReply.problem(401, "bad-challenge");
    }
    request.verifySignature(key);
    BearerToken token = BearerToken.random(random);
    sessions.put(token.text(InsecureSecretAccess.get()), request.deviceId());
    return HttpReply.protobuf(201, new SessionResponse(1, token, 3600).encode());
  }

  private static HttpReply model(HttpCall call) {
    Optional<Integer> from =
        call.header("range").map(range -> Integer.valueOf(range.replaceAll("\\D", "")));
    if (from.isEmpty()) {
      return HttpReply.of(200, Map.of(), MODEL_FILE);
    }
    String range = "bytes " + from.get() + "-" + (MODEL_FILE.length - 1) + "/" + MODEL_FILE.length;
    return HttpReply.of(
        206,
        Map.of("Content-Range", range),
        Arrays.copyOfRange(MODEL_FILE, from.get(), MODEL_FILE.length));
  }

  private HttpReply upload(HttpCall call, UploadId id) throws IOException {
    ByteArrayOutputStream stage = uploads.computeIfAbsent(id, fresh -> new ByteArrayOutputStream());
    if (call.method().equals("HEAD")) {
      return HttpReply.headOnly(200, Map.of("Upload-Offset", Integer.toString(stage.size())));
    }
    int offset = Integer.parseInt(call.header("upload-offset").orElse("0"));
    byte[] body = call.body();
    if (offset != stage.size()) {
      return HttpReply.problem(
          409, "offset-mismatch", Map.of("Upload-Offset", Integer.toString(stage.size())), "");
    }
    stage.writeBytes(body);
    return HttpReply.protobuf(200, new UploadReceipt(id, true, 10_000, 20_000).encode());
  }

  /** The update that arrived whole, as an accumulator would take it. */
  public MaskedUpdate onlyUpdate() {
    if (uploads.size() != 1) {
      throw new AssertionError("expected one upload, got " + uploads.keySet());
    }
    return new MaskedUpdate(
        manifest.quantization(), uploads.values().iterator().next().toByteArray());
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
