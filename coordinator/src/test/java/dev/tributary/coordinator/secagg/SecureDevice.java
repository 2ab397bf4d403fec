package dev.tributary.coordinator.secagg;

import dev.tributary.aggregation.mask.ProtocolKind;
import dev.tributary.aggregation.mask.RoundProtocol;
import dev.tributary.aggregation.mask.graph.Adversary;
import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.OpaqueBytes;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.aggregation.protocol.SdkVersion;
import dev.tributary.aggregation.protocol.UploadId;
import dev.tributary.aggregation.protocol.VersionRange;
import dev.tributary.aggregation.protocol.access.Challenge;
import dev.tributary.aggregation.protocol.access.ChallengeRequest;
import dev.tributary.aggregation.protocol.access.Credentials;
import dev.tributary.aggregation.protocol.access.EnrolRequest;
import dev.tributary.aggregation.protocol.access.EnrolResponse;
import dev.tributary.aggregation.protocol.access.SessionRequest;
import dev.tributary.aggregation.protocol.access.SessionResponse;
import dev.tributary.aggregation.protocol.round.CheckIn;
import dev.tributary.aggregation.protocol.round.CheckInAnswer;
import dev.tributary.aggregation.protocol.round.DeviceFailure;
import dev.tributary.aggregation.protocol.round.FailureReport;
import dev.tributary.aggregation.protocol.round.RoundManifest;
import dev.tributary.aggregation.protocol.round.RoundResult;
import dev.tributary.aggregation.protocol.secagg.roster.RosterAnswer;
import dev.tributary.aggregation.protocol.secagg.share.SealedShares;
import dev.tributary.aggregation.protocol.secagg.share.ShareInbox;
import dev.tributary.aggregation.protocol.secagg.unmask.SurvivorsAnnounced;
import dev.tributary.aggregation.protocol.secagg.unmask.UnmaskRequest;
import dev.tributary.aggregation.quantize.QuantizationParameters;
import dev.tributary.aggregation.quantize.QuantizedUpdate;
import dev.tributary.aggregation.secagg.CertifiedAuthority;
import dev.tributary.aggregation.secagg.EnvelopeTree;
import dev.tributary.aggregation.secagg.SessionBytes;
import dev.tributary.aggregation.secagg.SessionTerms;
import dev.tributary.aggregation.secagg.device.DeviceFloors;
import dev.tributary.aggregation.secagg.device.DeviceStep;
import dev.tributary.aggregation.secagg.device.KeysAdvertised;
import dev.tributary.aggregation.secagg.device.MasksAgreed;
import dev.tributary.aggregation.secagg.device.SessionDevice;
import dev.tributary.aggregation.secagg.device.SharesDealt;
import dev.tributary.aggregation.secagg.device.SharesRevealed;
import dev.tributary.aggregation.secagg.device.UpdateSent;
import dev.tributary.security.Sha256;
import dev.tributary.security.identity.BearerToken;
import dev.tributary.security.identity.DeviceKeyPair;
import dev.tributary.security.identity.DeviceSignature;
import dev.tributary.security.secret.InsecureSecretAccess;
import dev.tributary.security.secret.SecretBytes;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A device that takes part in a round with secure aggregation over plain HTTP, one step at a time,
 * so that a test can break each of them. Everything secret it does, the pure half for devices does.
 */
@SuppressWarnings("NullAway.Init") // a step fills what the next one reads
final class SecureDevice {

  final DeviceKeyPair keys = DeviceKeyPair.generate(new SecureRandom());
  private final SecureRandom random = new SecureRandom();
  private URI coordinator;
  private final HttpClient http;
  private final Credentials credentials;
  private String session;
  final UploadId upload = UploadId.random(random);

  RoundManifest manifest;
  SessionTerms terms;
  SessionDevice device;
  KeysAdvertised advertised;
  SharesDealt dealt;
  MasksAgreed agreed;
  UpdateSent sent;
  SharesRevealed revealed;
  byte[] packed = {};
  private @Nullable SecretBytes keptKeys;
  DeviceSignature signature;

  SecureDevice(URI coordinator, HttpClient http, String token) throws Exception {
    this.coordinator = coordinator;
    this.http = http;
    this.credentials =
        EnrolResponse.decode(
                send(message(
                        "/v1/devices",
                        EnrolRequest.signed(
                                VersionRange.SUPPORTED,
                                SecureRounds.POPULATION,
                                BearerToken.of(token),
                                keys,
                                SdkVersion.of("1.0.0"))
                            .encode()))
                    .body())
            .credentials()
            .orElseThrow();
    moveTo(coordinator);
  }

  /** Begins a session with the coordinator that is there now. */
  void moveTo(URI address) throws Exception {
    coordinator = address;
    Challenge challenge =
        Challenge.decode(
            send(message("/v1/challenges", new ChallengeRequest(id()).encode())).body());
    this.session =
        SessionResponse.decode(
                send(message(
                        "/v1/sessions",
                        SessionRequest.signed(VersionRange.SUPPORTED, challenge.nonce(), keys)
                            .encode()))
                    .body())
            .token()
            .text(InsecureSecretAccess.get());
  }

  DeviceId id() {
    return DeviceId.of(keys.publicKey());
  }

  RoundId checkIn() throws Exception {
    var answer =
        CheckInAnswer.decode(
            post(
                    "/v1/check-ins",
                    new CheckIn(
                            SecureRounds.POPULATION,
                            new SdkVersion(1, 0, 0),
                            10,
                            Map.of(),
                            List.of("java"))
                        .encode())
                .body());
    return ((CheckInAnswer.Assigned) answer).roundId();
  }

  /** Gets the manifest and makes keys for its session. */
  void begin(RoundId round) throws Exception {
    manifest = RoundManifest.decode(get(round, "manifest?wait=30").body());
    terms = SessionTerms.of(manifest);
    device =
        new SessionDevice(
            keys,
            credentials.certificateFor(terms.suite()),
            CertifiedAuthority.of(
                credentials, SecureRounds.POPULATION, terms.suite(), Instant.now()),
            new DeviceFloors(2, Adversary.SEMI_HONEST, 50_000, 40)); // also without confirmation
    advertised = KeysAdvertised.begin(terms, device, random);
    keptKeys = null;
  }

  HttpResponse<byte[]> advertise() throws Exception {
    return post(path("keys"), advertised.advertisement().encode());
  }

  /** Sends its keys and waits for the roster. */
  HttpResponse<byte[]> advertiseAndWait(int seconds) throws Exception {
    return post(path("keys?wait=" + seconds), advertised.advertisement().encode());
  }

  /** Sends its shares and waits for those of the others. */
  HttpResponse<byte[]> shareAndWait(int seconds) throws Exception {
    return post(path("shares?wait=" + seconds), dealt.shares().encode());
  }

  /** Confirms the survivors and waits to be asked for shares. */
  HttpResponse<byte[]> confirmAndWait(int seconds) throws Exception {
    sent = sent.confirm(SurvivorsAnnounced.decode(expect(get("survivors?wait=30"), 200).body()));
    return post(path("survivors?wait=" + seconds), sent.confirmation(device).encode());
  }

  /** Keys that are as good, but not those of the first time. */
  HttpResponse<byte[]> advertiseOthers() throws Exception {
    return post(path("keys"), KeysAdvertised.begin(terms, device, random).advertisement().encode());
  }

  void deal() throws Exception {
    var roster = RosterAnswer.decode(expect(get("roster?wait=30"), 200).body());
    if (keptKeys == null) {
      keptKeys = advertised.encode();
    }
    // A step deals once; from its encoding this device can be dishonest and deal again.
    dealt = ((KeysAdvertised) DeviceStep.decode(terms, keptKeys)).deal(roster, device, random);
  }

  HttpResponse<byte[]> share() throws Exception {
    return post(path("shares"), dealt.shares().encode());
  }

  /** Shares of a secret that is not the one it commits to; all that it signs is in order. */
  HttpResponse<byte[]> shareFalsely() throws Exception {
    SessionBytes layout = new SessionBytes(terms);
    var shares = dealt.shares().shares();
    OpaqueBytes commitment = OpaqueBytes.of(Sha256.of(new byte[] {1}));
    byte[] signed =
        layout.signedShares(dealt.index(), commitment, new EnvelopeTree(layout, shares).root());
    return post(path("shares"), new SealedShares(commitment, shares, keys.sign(signed)).encode());
  }

  void agree() throws Exception {
    agreed = dealt.agree(ShareInbox.decode(expect(get("inbox?wait=30"), 200).body()), device);
  }

  /** An update whose every coordinate is so many steps, with full weight. */
  void mask(int steps) {
    QuantizationParameters parameters = manifest.quantization();
    int[] lanes = new int[parameters.vectorLength()];
    Arrays.fill(lanes, (int) parameters.centre() + steps);
    lanes[parameters.parameters()] = (int) parameters.maxLane();
    mask(new QuantizedUpdate(parameters, lanes));
  }

  void mask(QuantizedUpdate update) {
    packed =
        RoundProtocol.of(ProtocolKind.SECAGG_PLUS)
            .masker(update.parameters(), agreed.masks())
            .mask(update)
            .packed();
    signature = agreed.sign(Sha256.of(packed), device);
    sent = agreed.sent();
  }

  HttpResponse<byte[]> upload(String... headers) throws Exception {
    byte[] sha256 = Sha256.of(packed);
    var request =
        authorised(path("uploads/" + upload.text()))
            .header("Upload-Offset", "0")
            .header("Upload-Length", Integer.toString(packed.length))
            .header("Repr-Digest", "sha-256=:" + Base64.getEncoder().encodeToString(sha256) + ":")
            .PUT(BodyPublishers.ofByteArray(packed));
    return send(headers.length == 0 ? request.build() : request.headers(headers).build());
  }

  String[] signed() {
    return new String[] {
      "Update-Signature", ":" + Base64.getEncoder().encodeToString(signature.toByteArray()) + ":"
    };
  }

  HttpResponse<byte[]> confirm() throws Exception {
    sent = sent.confirm(SurvivorsAnnounced.decode(expect(get("survivors?wait=30"), 200).body()));
    return post(path("survivors"), sent.confirmation(device).encode());
  }

  void reveal() throws Exception {
    revealed =
        sent.reveal(UnmaskRequest.decode(expect(get("unmasking?wait=30"), 200).body()), device);
  }

  HttpResponse<byte[]> answer() throws Exception {
    return post(path("unmasking"), revealed.answer().encode());
  }

  HttpResponse<byte[]> leave() throws Exception {
    return post(path("failures"), FailureReport.of(DeviceFailure.SHUTTING_DOWN, "").encode());
  }

  RoundResult result() throws Exception {
    return RoundResult.decode(expect(get("result?wait=30"), 200).body());
  }

  HttpResponse<byte[]> get(String what) throws Exception {
    return get(manifest.roundId(), what);
  }

  private HttpResponse<byte[]> get(RoundId round, String what) throws Exception {
    return send(authorised("/v1/rounds/" + round + "/" + what).GET().build());
  }

  private String path(String what) {
    return "/v1/rounds/" + manifest.roundId() + "/" + what;
  }

  HttpResponse<byte[]> postTo(String what, byte[] body) throws Exception {
    return post(path(what), body);
  }

  private HttpResponse<byte[]> post(String path, byte[] body) throws Exception {
    return send(
        authorised(path)
            .header("Content-Type", "application/x-protobuf")
            .POST(BodyPublishers.ofByteArray(body))
            .build());
  }

  private HttpRequest message(String path, byte[] body) {
    return HttpRequest.newBuilder(coordinator.resolve(path))
        .header("Content-Type", "application/x-protobuf")
        .POST(BodyPublishers.ofByteArray(body))
        .build();
  }

  private HttpRequest.Builder authorised(String path) {
    return HttpRequest.newBuilder(coordinator.resolve(path))
        .header("Authorization", "Bearer " + session);
  }

  private HttpResponse<byte[]> send(HttpRequest request) throws Exception {
    return http.send(request, BodyHandlers.ofByteArray());
  }

  static HttpResponse<byte[]> expect(HttpResponse<byte[]> answer, int status)
      throws RejectedException {
    if (answer.statusCode() != status) {
      throw new AssertionError(
          answer.request().uri()
              + ": expected "
              + status
              + ", got "
              + answer.statusCode()
              + " "
              + new String(answer.body(), StandardCharsets.UTF_8));
    }
    return answer;
  }
}
