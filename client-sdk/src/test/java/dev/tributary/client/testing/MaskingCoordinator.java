package dev.tributary.client.testing;

import dev.tributary.aggregation.mask.AggregateSum;
import dev.tributary.aggregation.mask.MaskedAccumulator;
import dev.tributary.aggregation.mask.MaskedUpdate;
import dev.tributary.aggregation.mask.ProtocolKind;
import dev.tributary.aggregation.mask.RoundProtocol;
import dev.tributary.aggregation.mask.graph.Adversary;
import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.OpaqueBytes;
import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.aggregation.protocol.UploadId;
import dev.tributary.aggregation.protocol.access.Challenge;
import dev.tributary.aggregation.protocol.access.ChallengeRequest;
import dev.tributary.aggregation.protocol.access.Credentials;
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
import dev.tributary.aggregation.protocol.secagg.SecureAggregationParameters;
import dev.tributary.aggregation.protocol.secagg.roster.KeyAdvertisement;
import dev.tributary.aggregation.protocol.secagg.share.SealedShares;
import dev.tributary.aggregation.protocol.secagg.unmask.SurvivorSet;
import dev.tributary.aggregation.protocol.secagg.unmask.SurvivorsAnnounced;
import dev.tributary.aggregation.protocol.secagg.unmask.SurvivorsConfirmed;
import dev.tributary.aggregation.protocol.secagg.unmask.UnmaskAnswer;
import dev.tributary.aggregation.protocol.secagg.unmask.UnmaskRequest;
import dev.tributary.aggregation.secagg.CertifiedAuthority;
import dev.tributary.aggregation.secagg.SessionBytes;
import dev.tributary.aggregation.secagg.SessionTerms;
import dev.tributary.aggregation.secagg.coordinator.ConfirmationCollection;
import dev.tributary.aggregation.secagg.coordinator.KeyCollection;
import dev.tributary.aggregation.secagg.coordinator.MaskRecovery;
import dev.tributary.aggregation.secagg.coordinator.Roster;
import dev.tributary.aggregation.secagg.coordinator.ShareRelay;
import dev.tributary.aggregation.secagg.coordinator.UnmaskCollection;
import dev.tributary.client.transport.ResponseHead;
import dev.tributary.client.transport.ResponseReceiver;
import dev.tributary.client.transport.Transport;
import dev.tributary.client.transport.TransportRequest;
import dev.tributary.security.Sha256;
import dev.tributary.security.agreement.CipherSuite;
import dev.tributary.security.identity.BearerToken;
import dev.tributary.security.identity.DevicePublicKey;
import dev.tributary.security.identity.DeviceSignature;
import dev.tributary.security.identity.certificate.CertificateAuthority;
import dev.tributary.security.identity.certificate.CertificateTerms;
import dev.tributary.security.identity.certificate.DeviceCertificate;
import dev.tributary.security.identity.certificate.Validity;
import dev.tributary.security.secret.InsecureSecretAccess;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The device API of one coordinator with one round of secure aggregation, within the process: the
 * pure coordinator half of the protocol with paths in front. A step closes as soon as as many
 * devices have taken it as the test said; a device that asks earlier waits for that, and nothing
 * else passes time.
 */
public final class MaskingCoordinator implements Transport {

  private static final long LONGEST_WAIT_MILLIS = 20_000;
  private static final byte[] NOTHING = {};

  /** What a device that waits is answered when it has sent something. */
  private static final Map<String, String> NEXT =
      Map.of("keys", "roster", "shares", "inbox", "survivors", "unmasking");

  /**
   * How many devices take each step.
   *
   * @param confirmations none in a round without confirmation
   */
  public record Expected(int keys, int shares, int uploads, int confirmations, int answers) {
    public static Expected of(int devices, boolean confirmation) {
      return new Expected(devices, devices, devices, confirmation ? devices : 0, devices);
    }
  }

  private final SecureRandom random = new SecureRandom();
  private final BearerToken enrolmentToken = BearerToken.random(random);
  private final CertificateAuthority authority;
  private final RoundManifest manifest;
  private final SessionTerms terms;
  private final Expected expected;
  private final Map<DeviceId, DevicePublicKey> devices = new HashMap<>();
  private final Map<DeviceId, Credentials> credentials = new HashMap<>();
  private final Map<DeviceId, Nonce> challenges = new HashMap<>();
  private final Map<String, DeviceId> sessions = new HashMap<>();
  private final Map<String, ByteArrayOutputStream> uploads = new HashMap<>();
  private final NavigableMap<Integer, byte[]> updates = new TreeMap<>();
  private final List<FailureReport> failures = new CopyOnWriteArrayList<>();
  private final List<DeviceCertificate> certificates = new CopyOnWriteArrayList<>();
  private final List<String> calls = new CopyOnWriteArrayList<>();
  private final Map<DeviceId, Set<ByteBuffer>> revealed = new ConcurrentHashMap<>();
  private final KeyCollection keys;
  private @Nullable Roster roster;
  private @Nullable ShareRelay relay;
  private boolean sharesClosed;
  private @Nullable SurvivorSet survivors;
  private @Nullable ConfirmationCollection confirmations;
  private @Nullable UnmaskCollection unmasking;
  private int answers;
  private boolean answersAtOnce;

  private record Reply(int status, Map<String, String> headers, byte[] body) {
    static Reply of(int status, byte[] message) {
      return new Reply(status, Map.of("Content-Type", "application/x-protobuf"), message);
    }

    static Reply problem(int status, String code) {
      return new Reply(
          status,
          Map.of("Content-Type", "application/problem+json"),
          ("{\"code\":\"" + code + "\"}").getBytes(StandardCharsets.UTF_8));
    }
  }

  public MaskingCoordinator(SecureAggregationParameters parameters, Expected expected) {
    this(parameters, expected, Duration.ofMinutes(2));
  }

  /** What devices showed with their keys. */
  public List<DeviceCertificate> certificates() {
    return certificates;
  }

  /**
   * A coordinator.
   *
   * @param reporting what it says how long it takes uploads
   */
  public MaskingCoordinator(
      SecureAggregationParameters parameters, Expected expected, Duration reporting) {
    this.expected = expected;
    Instant from = Instant.now().truncatedTo(ChronoUnit.SECONDS).minus(1, ChronoUnit.DAYS);
    this.authority =
        CertificateAuthority.generate(
            // Coordinators have the one; there may be authorities without an ML-DSA-65 key.
            parameters.confirmation() ? CipherSuite.HYBRID : parameters.suite(),
            "a test's authority",
            new Validity(from, from.plus(1000, ChronoUnit.DAYS)),
            random);
    this.manifest = manifest(parameters, reporting);
    this.terms = SessionTerms.of(manifest);
    this.keys =
        new KeyCollection(
            terms,
            CertifiedAuthority.at(
                authority.certificate().keys(),
                StubCoordinator.POPULATION,
                parameters.suite(),
                Instant.now()));
  }

  /** Has nothing for whoever sends something: what comes next is asked for. */
  public MaskingCoordinator answeringAtOnce() {
    answersAtOnce = true;
    return this;
  }

  /** Whether devices confirm the survivors. */
  public boolean confirms() {
    return terms.parameters().confirmation();
  }

  /** Parameters with which five devices can do without one. */
  public static SecureAggregationParameters parameters(CipherSuite suite, boolean confirmation) {
    return parameters(suite, Adversary.ACTIVE, confirmation);
  }

  public static SecureAggregationParameters parameters(
      CipherSuite suite, Adversary adversary, boolean confirmation) {
    return new SecureAggregationParameters(
        suite, adversary, 500, 2000, 40, 30, 3, confirmation, 0, 1);
  }

  private static RoundManifest manifest(
      SecureAggregationParameters parameters, Duration reporting) {
    RoundManifest plain = StubCoordinator.trainingManifest(StubCoordinator.MODEL_FILE);
    return new RoundManifest(
        plain.roundId(),
        plain.kind(),
        ProtocolKind.SECAGG_PLUS,
        plain.population(),
        plain.modelDigest(),
        plain.modelBytes(),
        plain.modelSpecJson(),
        plain.quantization(),
        plain.training(),
        plain.targetCount(),
        plain.minimumCount(),
        reporting.toMillis(),
        Optional.of(parameters));
  }

  public String enrolmentToken() {
    return enrolmentToken.text(InsecureSecretAccess.get());
  }

  public List<FailureReport> failures() {
    return failures;
  }

  /** Method, last part of the path and device of each request that a device of the round made. */
  public List<String> calls() {
    return calls;
  }

  /** Each different answer that a device gave to an unmask request. */
  public Set<ByteBuffer> revealedBy(DeviceId device) {
    return revealed.getOrDefault(device, Set.of());
  }

  public synchronized Roster roster() {
    return opened(roster);
  }

  /** Waits until every secret of the sum has enough shares. */
  public synchronized AggregateSum openedSum() throws Exception {
    await(() -> answers >= expected.answers());
    UnmaskCollection collected = opened(unmasking);
    if (!collected.isReady()) {
      throw new AssertionError(collected.progress());
    }
    MaskedAccumulator sum =
        RoundProtocol.of(ProtocolKind.SECAGG_PLUS).newAccumulator(manifest.quantization());
    for (byte[] update : updates.values()) {
      sum.add(new MaskedUpdate(manifest.quantization(), update).source());
    }
    return RoundProtocol.of(ProtocolKind.SECAGG_PLUS)
        .unmasker(manifest.quantization(), new MaskRecovery(collected).recoverAll(), 1)
        .unmask(sum.sum());
  }

  @Override
  public void exchange(TransportRequest request, ResponseReceiver receiver)
      throws IOException, InterruptedException {
    Reply reply;
    synchronized (this) {
      try {
        reply = route(request);
      } catch (RejectedException refused) {
        reply = Reply.problem(refused.reason().httpStatus(), refused.reason().code());
      }
      notifyAll();
    }
    receiver.started(new ResponseHead(reply.status(), reply.headers()));
    if (reply.body().length > 0) {
      receiver.received(ByteBuffer.wrap(reply.body()));
    }
  }

  private Reply route(TransportRequest request)
      throws RejectedException, IOException, InterruptedException {
    byte[] body =
        Arrays.copyOfRange(
            request.body().buffer(),
            request.body().offset(),
            request.body().offset() + request.body().lengthBytes());
    String path = request.path().replaceAll("\\?.*", "");
    return switch (path) {
      case "/v1/devices" -> enrol(EnrolRequest.decode(body));
      case "/v1/challenges" -> challenge(ChallengeRequest.decode(body));
      case "/v1/sessions" -> session(SessionRequest.decode(body));
      default -> withSession(request, path, body);
    };
  }

  private Reply enrol(EnrolRequest request) throws RejectedException {
    request.verifyProof();
    DeviceId device = DeviceId.of(request.publicKey());
    devices.put(device, request.publicKey());
    return Reply.of(
        201,
        new EnrolResponse(
                1, device, Optional.of(credentials.computeIfAbsent(device, this::credentialsOf)))
            .encode());
  }

  private Credentials credentialsOf(DeviceId device) {
    var validity =
        new Validity(
            authority.certificate().validity().notBefore(),
            authority.certificate().validity().notAfter());
    var keysOfAuthority = authority.certificate().keys();
    DevicePublicKey key = Objects.requireNonNull(devices.get(device));
    return new Credentials(
        encoded(authority.issue(terms(device, validity), key)),
        OpaqueBytes.of(keysOfAuthority.key().toByteArray()),
        keysOfAuthority.alternativeKeyBytes().map(OpaqueBytes::of),
        keysOfAuthority
            .alternativeKeyBytes()
            .map(both -> encoded(authority.issueClassic(terms(device, validity), key))));
  }

  private CertificateTerms terms(DeviceId device, Validity validity) {
    return new CertificateTerms(
        device.text(),
        StubCoordinator.POPULATION.text(),
        CertificateTerms.randomSerial(random),
        validity);
  }

  private static OpaqueBytes encoded(DeviceCertificate certificate) {
    return OpaqueBytes.of(certificate.toByteArray());
  }

  private Reply challenge(ChallengeRequest request) {
    var challenge = new Challenge(Nonce.random(random), 60);
    challenges.put(request.deviceId(), challenge.nonce());
    return Reply.of(200, challenge.encode());
  }

  private Reply session(SessionRequest request) throws RejectedException {
    request.verifySignature(Objects.requireNonNull(devices.get(request.deviceId())));
    BearerToken token = BearerToken.random(random);
    sessions.put(token.text(InsecureSecretAccess.get()), request.deviceId());
    return Reply.of(201, new SessionResponse(1, token, 3600).encode());
  }

  private Reply withSession(TransportRequest request, String path, byte[] body)
      throws RejectedException, IOException, InterruptedException {
    DeviceId device =
        sessions.get(request.headers().getOrDefault("Authorization", "").replace("Bearer ", ""));
    if (device == null) {
      return Reply.problem(401, "token-expired");
    }
    if (path.equals("/v1/check-ins")) {
      CheckIn.decode(body);
      return Reply.of(200, new CheckInAnswer.Assigned(StubCoordinator.ROUND, 60_000).encode());
    }
    if (path.startsWith("/v1/models/")) {
      return model(request.headers().getOrDefault("Range", "bytes=0-"));
    }
    if (path.contains("/uploads/")) {
      calls.add(request.method() + " upload " + device);
      return upload(request, device, new UploadId(path.substring(path.lastIndexOf('/') + 1)), body);
    }
    String step = path.substring(path.lastIndexOf('/') + 1);
    calls.add(request.method() + " " + step + " " + device);
    if (request.method().equals("GET")) {
      return ask(step, device);
    }
    Reply told = tell(step, device, body);
    String next = NEXT.get(step);
    return answersAtOnce || next == null || !request.path().contains("?wait=")
        ? told
        : ask(next, device);
  }

  private static Reply model(String range) {
    byte[] file = StubCoordinator.MODEL_FILE;
    int from = Integer.parseInt(range.replaceAll("\\D", ""));
    return from == 0
        ? new Reply(200, Map.of(), file)
        : new Reply(
            206,
            Map.of("content-range", "bytes " + from + "-" + (file.length - 1) + "/" + file.length),
            Arrays.copyOfRange(file, from, file.length));
  }

  private Reply ask(String step, DeviceId device) throws InterruptedException, RejectedException {
    return switch (step) {
      case "manifest" -> Reply.of(200, manifest.encode());
      case "roster" ->
          await(() -> roster != null)
              ? Reply.of(200, roster().answerFor(index(device)).encode())
              : notYet();
      case "inbox" ->
          await(() -> sharesClosed)
              ? Reply.of(200, opened(relay).inboxFor(index(device)).encode())
              : notYet();
      case "survivors" ->
          await(() -> survivors != null)
              ? Reply.of(200, SurvivorsAnnounced.of(opened(survivors)).encode())
              : notYet();
      case "unmasking" -> await(this::mayUnmask) ? Reply.of(200, request().encode()) : notYet();
      default -> Reply.problem(404, "not-found");
    };
  }

  private Reply tell(String step, DeviceId device, byte[] body) throws RejectedException {
    switch (step) {
      case "keys" -> advertised(device, KeyAdvertisement.decode(body));
      case "shares" -> dealt(device, SealedShares.decode(body));
      case "survivors" -> opened(confirmations).add(index(device), SurvivorsConfirmed.decode(body));
      case "unmasking" -> {
        revealed
            .computeIfAbsent(device, fresh -> ConcurrentHashMap.newKeySet())
            .add(ByteBuffer.wrap(body));
        opened(unmasking).add(index(device), UnmaskAnswer.decode(body));
        answers =
            (int)
                opened(survivors)
                    .indices()
                    .filter(index -> opened(unmasking).hasAnswered(index))
                    .count();
      }
      case "failures" -> failures.add(FailureReport.decode(body));
      default -> {
        return Reply.problem(404, "not-found");
      }
    }
    return new Reply(204, Map.of(), NOTHING);
  }

  private void advertised(DeviceId device, KeyAdvertisement advertisement)
      throws RejectedException {
    if (roster == null) {
      keys.add(device, advertisement);
      certificates.add(DeviceCertificate.of(advertisement.certificate().toByteArray()));
      if (keys.count() == expected.keys()) {
        roster = keys.close(authority::sign);
        relay = new ShareRelay(roster);
      }
    } else if (keys.contains(device)) {
      keys.add(device, advertisement);
    } else {
      throw new RejectedException(RejectReason.ROUND_CLOSED, "too late");
    }
  }

  private void dealt(DeviceId device, SealedShares shares) throws RejectedException {
    opened(relay).add(index(device), shares);
    if (opened(relay).count() == expected.shares()) {
      opened(relay).close();
      sharesClosed = true;
    }
  }

  private Reply upload(TransportRequest request, DeviceId device, UploadId id, byte[] body)
      throws RejectedException {
    ByteArrayOutputStream stage =
        uploads.computeIfAbsent(device + " " + id, fresh -> new ByteArrayOutputStream());
    if (request.method().equals("HEAD")) {
      return new Reply(200, Map.of("Upload-Offset", Integer.toString(stage.size())), NOTHING);
    }
    stage.writeBytes(body);
    byte[] update = stage.toByteArray();
    if (update.length < manifest.quantization().packedBytes()) {
      return Reply.problem(400, "body-incomplete");
    }
    String signature = request.headers().getOrDefault("Update-Signature", "");
    if (!signature.matches(":[A-Za-z0-9+/]{86}==:")) {
      return Reply.problem(400, "bad-header");
    }
    byte[] signed = new SessionBytes(terms).signedUpdate(index(device), Sha256.of(update));
    if (!Objects.requireNonNull(devices.get(device))
        .verifies(
            signed, DeviceSignature.of(Base64.getDecoder().decode(signature.replace(":", ""))))) {
      return Reply.problem(401, "bad-signature");
    }
    byte[] before = updates.putIfAbsent(index(device), update);
    if (before != null && !Arrays.equals(before, update)) {
      return Reply.problem(409, "upload-conflict");
    }
    if (survivors == null && updates.size() == expected.uploads()) {
      survivors = SurvivorSet.of(roster().size(), updates::containsKey);
      confirmations = new ConfirmationCollection(roster(), survivors);
      unmasking = new UnmaskCollection(opened(relay), survivors);
    }
    return Reply.of(200, new UploadReceipt(id, true, 10_000, 20_000).encode());
  }

  private boolean mayUnmask() {
    ConfirmationCollection confirmed = confirmations;
    return confirmed != null && confirmed.count() >= expected.confirmations();
  }

  private UnmaskRequest request() {
    return terms.parameters().confirmation()
        ? opened(confirmations).request()
        : UnmaskRequest.of(opened(survivors));
  }

  private int index(DeviceId device) throws RejectedException {
    return roster()
        .indexOf(device)
        .orElseThrow(() -> new RejectedException(RejectReason.NOT_ADVERTISED, "no keys"));
  }

  private static Reply notYet() {
    return new Reply(204, Map.of(), NOTHING);
  }

  private static <T> T opened(@Nullable T value) {
    if (value == null) {
      throw new AssertionError("the round is not that far");
    }
    return value;
  }

  private boolean await(BooleanSupplier condition) throws InterruptedException {
    long until = System.nanoTime() + LONGEST_WAIT_MILLIS * 1_000_000;
    while (!condition.getAsBoolean()) {
      long left = (until - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        return false;
      }
      wait(left);
    }
    return true;
  }

  @Override
  public void close() {}
}
