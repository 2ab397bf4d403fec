package dev.tributary.coordinator.ops;

import static dev.tributary.coordinator.ops.Answers.assertProblem;
import static dev.tributary.coordinator.ops.Answers.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.aggregation.protocol.OpaqueBytes;
import dev.tributary.aggregation.protocol.PopulationName;
import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.aggregation.protocol.SdkVersion;
import dev.tributary.aggregation.protocol.round.CheckIn;
import dev.tributary.aggregation.protocol.round.CheckInAnswer;
import dev.tributary.aggregation.protocol.round.DeviceFailure;
import dev.tributary.aggregation.protocol.round.FailureReport;
import dev.tributary.aggregation.protocol.secagg.roster.KeyAdvertisement;
import dev.tributary.aggregation.protocol.secagg.share.SealedShare;
import dev.tributary.aggregation.protocol.secagg.share.SealedShares;
import dev.tributary.aggregation.protocol.secagg.share.ShareEnvelope;
import dev.tributary.aggregation.protocol.secagg.unmask.SurvivorsConfirmed;
import dev.tributary.aggregation.protocol.secagg.unmask.UnmaskAnswer;
import dev.tributary.coordinator.http.Route;
import dev.tributary.coordinator.publish.ModelEvaluator;
import dev.tributary.coordinator.schedule.RoundProgress;
import dev.tributary.coordinator.schedule.TaskConfig;
import dev.tributary.security.identity.DeviceSignature;
import dev.tributary.security.secret.InsecureSecretAccess;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * All routes of a coordinator with nothing replaced, walked by callers with credentials that are
 * good for something else: who was let in elsewhere, who was let in once, whose token is of another
 * kind.
 */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class DenyByDefaultHttpTest implements TestDevice.Reachable {

  private static final PopulationName OTHERS = new PopulationName("others");
  private static final String UPLOAD = "0123456789abcdef0123456789abcdef";

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private Coordinator coordinator;
  private TestDevice stranger;
  private RoundId round;
  private String digest;

  /** The stranger is in a population of its own; the round and its model are another's. */
  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    coordinator =
        Coordinator.start(
                CoordinatorConfig.in(folder, "logs.file=false", "shutdown.graceSeconds=0"),
                ModelEvaluator.none())
            .await();
    coordinator.operators().createPopulation(OTHERS).await();
    coordinator.operators().createPopulation(RunningCoordinator.POPULATION).await();
    coordinator.operators().createTask(task("foreign", OTHERS, "plain")).await();
    TestDevice member = new TestDevice(this);
    member.enrol(token(OTHERS), OTHERS);
    member.openSession();
    round =
        ((CheckInAnswer.Assigned) CheckInAnswer.decode(checkIn(member, OTHERS).body())).roundId();
    digest =
        coordinator.operators().models(Optional.empty()).await().getFirst().digest().toString();
    stranger = new TestDevice(this);
    stranger.enrol(token(RunningCoordinator.POPULATION));
    stranger.openSession();
  }

  private static TaskConfig task(String name, PopulationName population, String protocol) {
    return TaskConfig.parse(
        """
        name: %s
        population: %s
        model: {format: tributary-model/1, input: [4], layers: [{type: linear, units: 2}],
                loss: softmax-cross-entropy, classes: 2}
        protocol: %s
        cohort: {target: 3, overSelection: 1, minimum: 3}
        """
            .formatted(name, population, protocol));
  }

  @AfterAll
  void stop() {
    http.close();
    coordinator.close().await();
  }

  @Override
  public URI uri(String path) {
    return coordinator.uri().resolve(path);
  }

  @Override
  public HttpResponse<byte[]> send(HttpRequest request) throws IOException, InterruptedException {
    return http.send(request, BodyHandlers.ofByteArray());
  }

  @Test
  void deviceOfAnotherPopulation_getsNothing_onAnyRoute() throws Exception {
    List<String> walked = new ArrayList<>();
    for (Route route : coordinator.routes().routes()) {
      if (!(route instanceof Route.ForDevices) || isAboutItselfOnly(route)) {
        continue;
      }
      String name = route.method() + " " + route.path();
      HttpResponse<byte[]> answer = ask(route, "Bearer " + stranger.session, body(route));
      assertThat(answer.statusCode()).as("%s: %s", name, text(answer)).isIn(403, 404);
      walked.add(name);
    }
    assertThat(walked).hasSizeGreaterThanOrEqualTo(13);
  }

  /** What a device says or asks of itself in a round: in one that it is not in, nothing. */
  private static boolean isAboutItselfOnly(Route route) {
    return route.method().equals(HttpMethod.HEAD)
        || route.path().endsWith("/failures")
        || route.path().endsWith("/health");
  }

  @Test
  void deviceOfAnotherPopulation_isToldOfNobodysUpload() throws Exception {
    HttpResponse<byte[]> answer = stranger.offset(UPLOAD);
    assertThat(answer.headers().firstValue("Upload-Offset")).hasValue("0");
    assertThat(answer.headers().firstValue("Upload-Complete")).hasValue("?0");
  }

  @Test
  void deviceOfAnotherPopulation_takesNobodyOutOfTheRound() throws Exception {
    RoundProgress before = coordinator.operators().round(round).await();
    for (Route route : coordinator.routes().routes()) {
      if (route.path().endsWith("/failures")) {
        ask(route, "Bearer " + stranger.session, body(route));
      }
    }
    RoundProgress after = coordinator.operators().round(round).await();
    assertThat(after.selectedCount()).isEqualTo(before.selectedCount()).isEqualTo(1);
    assertThat(after.droppedCount()).isEqualTo(before.droppedCount()).isZero();
  }

  @Test
  void sessionThatHasExpired_isToldSo_onEveryRouteOfDevices(@TempDir Path folder) throws Exception {
    try (var brief = RunningCoordinator.start(folder, "access.sessionSeconds=1")) {
      TestDevice device = brief.device();
      while (device.get("/v1/rounds/digits.1/result").statusCode() != 401) {
        assertThat(device.session).isNotEmpty(); // until its second is over
      }
      for (Route route : brief.coordinator.routes().routes()) {
        if (route instanceof Route.ForDevices) {
          HttpResponse<byte[]> answer =
              brief.send(
                  device
                      .authorised(HttpRequest.newBuilder(brief.uri(pathOf(route))))
                      .method(route.method().name(), BodyPublishers.noBody())
                      .build());
          assertThat(answer.statusCode()).as(route.path()).isEqualTo(401);
          if (!route.method().equals(HttpMethod.HEAD)) {
            assertProblem(answer, RejectReason.TOKEN_EXPIRED);
          }
        }
      }
    }
  }

  /** Whatever is one kind of token here, or names its own algorithm elsewhere, is no other kind. */
  @Test
  void tokensOfOtherKinds_openNothing() throws Exception {
    String admin = Files.readString(coordinator.adminTokenFile()).strip();
    byte[] nonce = stranger.challenge().nonce().toByteArray();
    byte[] session = Base64.getUrlDecoder().decode(stranger.session);
    byte[] adminsSession = session.clone(); // another's name, and the code of one's own
    adminsSession[0] ^= 1;
    byte[] everlasting = session.clone();
    everlasting[16] = (byte) 0xff; // the first byte of its expiry
    List<String> tokens =
        List.of(
            token(OTHERS),
            token(RunningCoordinator.POPULATION),
            base64(nonce),
            base64(adminsSession),
            base64(everlasting),
            base64(new byte[32]),
            base64(session).substring(1) + "A",
            stranger.session.toLowerCase(Locale.ROOT),
            stranger.session + "=",
            stranger.id().toString(),
            jwt("{\"alg\":\"none\"}", ""),
            jwt("{\"alg\":\"HS256\"}", stranger.session),
            jwt("{\"alg\":\"HS256\",\"kid\":\"../../dev/null\"}", "AAAA"));
    for (Route route : coordinator.routes().routes()) {
      if (route instanceof Route.Open) {
        continue;
      }
      String other = route instanceof Route.ForDevices ? admin : stranger.session;
      assertThat(ask(route, "Bearer " + other, new byte[0]).statusCode())
          .as(route.path())
          .isEqualTo(401);
      for (String token : tokens) {
        assertThat(ask(route, "Bearer " + token, new byte[0]).statusCode())
            .as("%s with %s", route.path(), token)
            .isEqualTo(401);
      }
    }
  }

  @Test
  void sessionToken_enrolsNobody() throws Exception {
    assertProblem(new TestDevice(this).enrol(stranger.session), RejectReason.BAD_TOKEN);
  }

  @Test
  void pathTraversal_meetsNothing_inAnyParameterOfAnyRoute() throws Exception {
    String admin = Files.readString(coordinator.adminTokenFile()).strip();
    for (Route route : coordinator.routes().routes()) {
      if (!route.path().contains("{")) {
        continue;
      }
      for (String up :
          List.of(
              "..",
              "%2e%2e",
              "..%2fadmin-token",
              "%2e%2e%2f%2e%2e%2fadmin-token",
              "..%5c..",
              "%00",
              "%2fetc%2fpasswd",
              "..%c0%af..",
              "admin-token")) {
        String path = route.path().replaceAll("\\{.*?}", up);
        String token = route instanceof Route.ForOperators ? admin : stranger.session;
        HttpResponse<byte[]> answer =
            send(
                HttpRequest.newBuilder(URI.create(coordinator.uri() + path))
                    .header("Authorization", "Bearer " + token)
                    .header("Content-Type", "application/x-protobuf")
                    .method(route.method().name(), BodyPublishers.ofByteArray(body(route)))
                    .build());
        assertThat(answer.statusCode()).as(path).isBetween(400, 499);
        assertThat(text(answer)).as(path).doesNotContain(admin);
      }
    }
  }

  private static String jwt(String header, String signature) {
    return base64(header.getBytes(StandardCharsets.UTF_8))
        + "."
        + base64("{\"sub\":\"admin\"}".getBytes(StandardCharsets.UTF_8))
        + "."
        + signature;
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private String pathOf(Route route) {
    return route
        .path()
        .replace("{round}", round.toString())
        .replace("{upload}", UPLOAD)
        .replace("{digest}", digest)
        .replace("{task}", "foreign")
        .replace("{file}", "timestamp.json")
        .replace("{population}", "keyboards")
        .replace("{channel}", "stable")
        .replace("{kind}", "int8");
  }

  /** What a device of the round could send, as far as anybody knows. */
  private static byte[] body(Route route) {
    if (route.method().equals(HttpMethod.GET) || route.method().equals(HttpMethod.HEAD)) {
      return new byte[0];
    }
    OpaqueBytes bytes = OpaqueBytes.of(new byte[32]);
    DeviceSignature signature = DeviceSignature.of(new byte[DeviceSignature.LENGTH_BYTES]);
    return switch (route.path().substring(route.path().lastIndexOf('/') + 1)) {
      case "check-ins" -> checkIn(OTHERS);
      case "failures" -> FailureReport.of(DeviceFailure.SHUTTING_DOWN, "").encode();
      case "keys" -> new KeyAdvertisement(bytes, bytes, bytes, signature).encode();
      case "survivors" -> new SurvivorsConfirmed(signature).encode();
      case "unmasking" -> new UnmaskAnswer(List.of()).encode();
      case "shares" ->
          new SealedShares(
                  bytes,
                  List.of(
                      new SealedShare(
                          1,
                          new ShareEnvelope(
                              OpaqueBytes.of(new byte[108]),
                              OpaqueBytes.of(new byte[0]),
                              OpaqueBytes.of(new byte[0]),
                              bytes,
                              bytes))),
                  signature)
              .encode();
      default -> new byte[103];
    };
  }

  private static byte[] checkIn(PopulationName population) {
    return new CheckIn(population, SdkVersion.of("1.2.3"), 10, Map.of(), List.of("java")).encode();
  }

  private HttpResponse<byte[]> checkIn(TestDevice device, PopulationName population)
      throws IOException, InterruptedException {
    return send(
        device
            .authorised(HttpRequest.newBuilder(uri("/v1/check-ins")))
            .header("Content-Type", "application/x-protobuf")
            .POST(BodyPublishers.ofByteArray(checkIn(population)))
            .build());
  }

  private HttpResponse<byte[]> ask(Route route, String authorization, byte[] body)
      throws IOException, InterruptedException {
    return send(
        HttpRequest.newBuilder(uri(pathOf(route)))
            .header("Authorization", authorization)
            .header("Content-Type", "application/x-protobuf")
            .header("Upload-Length", "103")
            .header("Repr-Digest", TestDevice.digest(new byte[103]))
            .method(route.method().name(), BodyPublishers.ofByteArray(body))
            .build());
  }

  private String token(PopulationName population) {
    return coordinator
        .createEnrolmentToken(population, 10, Duration.ofHours(1))
        .await()
        .token()
        .text(InsecureSecretAccess.get());
  }
}
