package dev.tributary.coordinator.ops;

import static dev.tributary.coordinator.ops.Answers.assertProblem;
import static dev.tributary.coordinator.ops.Answers.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.SdkVersion;
import dev.tributary.aggregation.protocol.round.CheckIn;
import dev.tributary.coordinator.http.Route;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** All routes: who passes, and what a request that fits none of them meets. */
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RoutesHttpTest {

  /**
   * Everything that is open, by name: a route that is added is closed unless it is added here too.
   */
  private static final Set<String> OPEN =
      Set.of(
          "POST /v1/devices",
          "POST /v1/challenges",
          "POST /v1/sessions",
          "GET /health/live",
          "GET /health/ready",
          "GET /metrics");

  private RunningCoordinator coordinator;
  private TestDevice device;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    coordinator = RunningCoordinator.start(folder, "requests.messageBytes=2048");
    device = coordinator.device();
  }

  @AfterAll
  void stop() {
    coordinator.close();
  }

  @Test
  void everyRouteThatIsNotOpen_refusesWhoeverHasNoToken() throws Exception {
    List<String> walked = new ArrayList<>();
    for (Route route : coordinator.coordinator.routes().routes()) {
      String name = route.method() + " " + route.path();
      HttpResponse<byte[]> answer = ask(route, "");
      if (OPEN.contains(name)) {
        assertThat(answer.statusCode()).as(name).isNotIn(401, 403);
      } else {
        assertThat(answer.statusCode()).as(name).isEqualTo(401);
        assertThat(answer.headers().firstValue("WWW-Authenticate")).as(name).isPresent();
        walked.add(name);
      }
    }
    assertThat(walked).hasSizeGreaterThan(20);
  }

  @Test
  void everyRouteThatIsNotOpen_refusesWrongTokensOfEveryKind() throws Exception {
    List<String> wrong =
        List.of(
            "Bearer ",
            "Bearer x",
            "Bearer " + "A".repeat(43),
            "Bearer " + "A".repeat(5000),
            "Basic YWRtaW46YWRtaW4=",
            "Bearer " + coordinator.enrolmentToken());
    for (Route route : coordinator.coordinator.routes().routes()) {
      String name = route.method() + " " + route.path();
      if (!OPEN.contains(name)) {
        for (String header : wrong) {
          assertThat(ask(route, header).statusCode()).as(name).isEqualTo(401);
        }
      }
    }
  }

  @Test
  void tokensOfOneSide_doNotOpenTheOther() throws Exception {
    for (Route route : coordinator.coordinator.routes().routes()) {
      String name = route.method() + " " + route.path();
      switch (route) {
        case Route.Open open -> assertThat(OPEN).contains(open.method() + " " + open.path());
        case Route.ForDevices known ->
            assertThat(ask(known, "Bearer " + coordinator.adminToken()).statusCode())
                .as(name)
                .isEqualTo(401);
        case Route.ForOperators known ->
            assertThat(ask(known, "Bearer " + device.session).statusCode()).as(name).isEqualTo(401);
      }
    }
  }

  @Test
  void unknownPath_is404() throws Exception {
    assertProblem(coordinator.asAdmin("GET", "/api/v1/nothing", ""), RejectReason.NOT_FOUND);
  }

  @Test
  void wrongMethod_is405_namingTheRightOnes() throws Exception {
    HttpResponse<byte[]> answer = coordinator.asAdmin("DELETE", "/api/v1/tasks", "");
    assertProblem(answer, RejectReason.METHOD_NOT_ALLOWED);
    assertThat(answer.headers().firstValue("Allow").orElse("")).contains("GET").contains("POST");
  }

  @Test
  void pathTraversal_meetsNothing() throws Exception {
    for (String path :
        List.of(
            "/v1/models/..%2f..%2fadmin-token",
            "/v1/models/../../admin-token",
            "/v1/models/%2e%2e",
            "/api/v1/models/..%2fadmin-token/file")) {
      String answer =
          raw(
              "GET "
                  + path
                  + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
                  + device.session
                  + "\r\nConnection: close\r\n\r\n");
      assertThat(answer).as(path).containsPattern("^HTTP/1.1 4(00|01|04) ");
    }
  }

  @Test
  void oversizedMessage_is413_whetherItsLengthIsAnnouncedOrNot() throws Exception {
    byte[] large = new byte[3000];
    assertProblem(device.message("/v1/check-ins", large), RejectReason.BODY_TOO_LARGE);
    HttpRequest chunked =
        device
            .authorised(HttpRequest.newBuilder(coordinator.uri("/v1/check-ins")))
            .header("Content-Type", "application/x-protobuf")
            .POST(BodyPublishers.fromPublisher(BodyPublishers.ofByteArray(large)))
            .build();
    assertProblem(coordinator.send(chunked), RejectReason.BODY_TOO_LARGE);
  }

  @Test
  void rubbish_isAMalformedMessage() throws Exception {
    HttpResponse<byte[]> answer =
        device.message("/v1/check-ins", new byte[] {(byte) 0xff, 1, 2, 3});
    assertThat(answer.statusCode()).isEqualTo(400);
  }

  @Test
  void mutatedMessages_onEveryEndpoint_areRefused_neverADefect() throws Exception {
    long seed = 20261123;
    Random random = new Random(seed);
    byte[] valid =
        new CheckIn(
                RunningCoordinator.POPULATION,
                SdkVersion.of("1.2.3"),
                10,
                Map.of("a", "b"),
                List.of("java"))
            .encode();
    List<String> paths =
        List.of(
            "/v1/devices",
            "/v1/challenges",
            "/v1/sessions",
            "/v1/check-ins",
            "/v1/rounds/digits.1/failures",
            "/api/v1/tasks",
            "/api/v1/tokens",
            "/api/v1/populations");
    for (int i = 0; i < 400; i++) {
      byte[] body = Arrays.copyOf(valid, random.nextInt(2 * valid.length));
      for (int flips = random.nextInt(8); flips > 0 && body.length > 0; flips--) {
        body[random.nextInt(body.length)] ^= (byte) (1 << random.nextInt(8));
      }
      String path = paths.get(i % paths.size());
      boolean operators = path.startsWith("/api/");
      HttpResponse<byte[]> answer =
          coordinator.send(
              HttpRequest.newBuilder(coordinator.uri(path))
                  .header(
                      "Authorization",
                      "Bearer " + (operators ? coordinator.adminToken() : device.session))
                  .header("Content-Type", operators ? "application/json" : "application/x-protobuf")
                  .POST(BodyPublishers.ofByteArray(body))
                  .build());
      assertThat(answer.statusCode())
          .as("seed " + seed + ", message " + i + " to " + path)
          .isLessThan(500);
    }
  }

  @Test
  void wrongContentType_is415() throws Exception {
    HttpRequest request =
        device
            .authorised(HttpRequest.newBuilder(coordinator.uri("/v1/check-ins")))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString("{}"))
            .build();
    assertProblem(coordinator.send(request), RejectReason.UNSUPPORTED_MEDIA_TYPE);
  }

  @Test
  void malformedYaml_isABadConfiguration_sayingWhere() throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(coordinator.uri("/api/v1/tasks"))
            .header("Authorization", "Bearer " + coordinator.adminToken())
            .header("Content-Type", "application/yaml")
            .POST(BodyPublishers.ofString("name: [digits\npopulation: keyboards\n"))
            .build();
    HttpResponse<byte[]> answer = coordinator.send(request);
    assertProblem(answer, RejectReason.BAD_CONFIGURATION);
    assertThat(text(answer)).contains("line ");
  }

  @Test
  void requestLineTooLong_is414() throws Exception {
    assertThat(raw("GET /" + "a".repeat(5000) + " HTTP/1.1\r\nHost: x\r\n\r\n"))
        .containsPattern("^HTTP/1.[01] 414 ")
        .contains("application/problem+json");
  }

  @Test
  void headersTooLong_is431() throws Exception {
    assertThat(raw("GET / HTTP/1.1\r\nHost: x\r\nX: " + "a".repeat(20_000) + "\r\n\r\n"))
        .containsPattern("^HTTP/1.[01] 431 ")
        .contains("application/problem+json");
  }

  @Test
  void noise_isRefusedOrCutOff() throws Exception {
    assertThat(raw("\u0000\u0001\u0002 nonsense\r\n\r\n")).matches("(?s)(HTTP/1.[01] 400 .*)?");
  }

  @Test
  void percentSignWithoutDigits_inTheQuery_isABadParameter() throws Exception {
    for (String query : List.of("wait=%", "wait=%zz", "a=%f", "limit=1&x=%g0", "after=%")) {
      for (Route route : coordinator.coordinator.routes().routes()) {
        String answer = rawTo(route, "?" + query, "HTTP/1.1", "");
        assertThat(answer).as("%s?%s", route.path(), query).matches("(?s)HTTP/1.1 [234].*");
      }
      assertThat(raw(get("/api/v1/rounds?" + query + "&limit=1", coordinator.adminToken())))
          .startsWith("HTTP/1.1 400 ")
          .contains("\"code\":\"bad-parameter\"");
    }
  }

  @Test
  void unknownVersionOfHttp_isRefusedAsEverythingElse() throws Exception {
    for (String version : List.of("HTTP/0.9", "HTTP/1.2", "HTTP/2.0", "HTTP/3", "HTP/1.1")) {
      for (String method : List.of("GET ", "POST ", "PRI ")) {
        assertThat(raw(method + "/health/live " + version + "\r\nHost: x\r\n\r\n"))
            .as(method + version)
            .containsPattern("^HTTP/1.[01] 400 ")
            .contains("application/problem+json");
      }
    }
    assertThat(raw("GET /health/live HTTP/1.0\r\nHost: x\r\n\r\n"))
        .matches("(?s)HTTP/1.[01] 200 .*");
  }

  @Test
  void offerOfHttp2ThatIsNotWhole_isNotTakenUp() throws Exception {
    for (String offer :
        List.of(
            "Upgrade: h2c\r\n",
            "Upgrade: h2c\r\nConnection: Upgrade\r\n",
            "Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\n",
            "Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: !!!\r\n",
            "Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAM\r\n",
            "Upgrade: websocket\r\nConnection: Upgrade\r\n")) {
      assertThat(
              raw(
                  "GET /health/live HTTP/1.1\r\nHost: x\r\n"
                      + offer
                      + "\r\nGET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
          .as(offer)
          .startsWith("HTTP/1.1 200 ");
    }
  }

  @Test
  void health_isLive_andReady() throws Exception {
    for (String path : List.of("/health/live", "/health/ready")) {
      assertThat(
              coordinator.send(HttpRequest.newBuilder(coordinator.uri(path)).build()).statusCode())
          .isEqualTo(200);
    }
  }

  @Test
  void metrics_countRequestsByRouteOutcomeAndReason_andTheJvm() throws Exception {
    coordinator.asAdmin("GET", "/api/v1/nothing", "");
    coordinator.asAdmin("GET", "/api/v1/tasks", "");
    String metrics =
        text(coordinator.send(HttpRequest.newBuilder(coordinator.uri("/metrics")).build()));
    assertThat(metrics)
        .contains(
            "tributary_requests_seconds_count{outcome=\"rejected\",reason=\"not-found\",route=\"none\"}")
        .contains(
            "tributary_requests_seconds_count{outcome=\"accepted\",reason=\"none\",route=\"/api/v1/tasks\"}")
        .contains("jvm_memory_used_bytes", "tributary_connections", "tributary_stage_memory_bytes");
  }

  private static String pathOf(Route route) {
    return route
        .path()
        .replace("{round}", "digits.1")
        .replace("{upload}", "0".repeat(32))
        .replace("{digest}", "0".repeat(64))
        .replace("{file}", "timestamp.json")
        .replace("{population}", "keyboards")
        .replace("{channel}", "stable")
        .replace("{kind}", "int8")
        .replace("{task}", "digits");
  }

  private HttpResponse<byte[]> ask(Route route, String authorization) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(coordinator.uri(pathOf(route)))
            .method(route.method().name(), BodyPublishers.noBody());
    return coordinator.send(
        (authorization.isEmpty() ? request : request.header("Authorization", authorization))
            .build());
  }

  private static String get(String target, String token) {
    return "GET "
        + target
        + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
        + token
        + "\r\nConnection: close\r\n\r\n";
  }

  /** With good credentials and no body. */
  private String rawTo(Route route, String query, String version, String headers) throws Exception {
    String path = pathOf(route);
    if (path.endsWith("/events")) {
      return "HTTP/1.1 200 has no end";
    }
    String token = path.startsWith("/api/") ? coordinator.adminToken() : device.session;
    return raw(
        route.method()
            + " "
            + path
            + query
            + " "
            + version
            + "\r\nHost: x\r\nAuthorization: Bearer "
            + token
            + "\r\nConnection: close\r\n"
            + headers
            + "Content-Length: 0\r\n\r\n");
  }

  /** Sends exactly these bytes and reads to the end of the connection. */
  private String raw(String request) throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), coordinator.port())) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      InputStream in = socket.getInputStream();
      return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }
}
