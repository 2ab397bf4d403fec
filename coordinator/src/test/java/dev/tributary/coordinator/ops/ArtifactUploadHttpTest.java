package dev.tributary.coordinator.ops;

import static dev.tributary.coordinator.ops.Answers.assertProblem;
import static dev.tributary.coordinator.ops.Answers.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tributary.aggregation.compress.SpecifiedModel;
import dev.tributary.aggregation.compress.codec.Float32Codec;
import dev.tributary.aggregation.compress.codec.Int8Codec;
import dev.tributary.aggregation.compress.codec.SparseCodec;
import dev.tributary.aggregation.compress.onnx.OnnxExporter;
import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.publish.FileDigest;
import dev.tributary.aggregation.runtime.InitialWeights;
import dev.tributary.coordinator.publish.ModelEvaluator;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Artifacts that were made elsewhere: what is kept, and what is refused and why. */
@Timeout(60)
final class ArtifactUploadHttpTest {

  private static final ModelSpec SPEC = perceptron(8);
  private static final ModelSpec SMALLER = perceptron(3);
  private static final String CODECS = "Tributary-Codecs";
  private static final String SPECIFICATION = "Tributary-Specification";

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private Coordinator coordinator;
  private String version;

  private static ModelSpec perceptron(int hidden) {
    return ModelSpec.fromJson(
        """
        {"format":"tributary-model/1","input":[4],"layers":[
         {"type":"linear","units":%d},{"type":"relu"},{"type":"linear","units":2}],
         "loss":"softmax-cross-entropy","classes":2}\
        """
            .formatted(hidden));
  }

  private static SpecifiedModel model(ModelSpec spec) {
    return SpecifiedModel.of(spec, InitialWeights.of(spec, 7));
  }

  @BeforeEach
  void start(@TempDir Path folder) throws Exception {
    coordinator =
        Coordinator.start(
                CoordinatorConfig.in(
                    folder, "listen.port=0", "logs.file=false", "shutdown.graceSeconds=0"),
                ModelEvaluator.none())
            .await();
    send("POST", "/api/v1/populations", "application/json", "{\"name\":\"pens\"}".getBytes(UTF_8));
    HttpResponse<byte[]> created =
        send(
            "POST",
            "/api/v1/tasks",
            "application/json",
            """
            {"name":"strokes","population":"pens","model":%s,"seed":1,"protocol":"plain",
             "cohort":{"target":1000,"minimum":1000}}\
            """
                .formatted(SPEC.canonicalJson())
                .getBytes(UTF_8));
    version = json(created).path("latest").path("digest").asText();
    assertThat(version).as(text(created)).hasSize(64);
  }

  @AfterEach
  void stop() {
    http.close();
    coordinator.close().await();
  }

  private HttpResponse<byte[]> send(
      String method, String path, String type, byte[] body, String... headers) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(coordinator.uri().resolve(path))
            .header(
                "Authorization", "Bearer " + Files.readString(coordinator.adminTokenFile()).strip())
            .header("Content-Type", type)
            .method(method, BodyPublishers.ofByteArray(body));
    return http.send(
        (headers.length == 0 ? request : request.headers(headers)).build(),
        BodyHandlers.ofByteArray());
  }

  private HttpResponse<byte[]> upload(String kind, byte[] file, String... headers)
      throws Exception {
    return send("POST", path(version, kind), "application/octet-stream", file, headers);
  }

  private static String path(String version, String kind) {
    return "/api/v1/models/" + version + "/artifacts/" + kind;
  }

  private static JsonNode json(HttpResponse<byte[]> answer) throws Exception {
    return new ObjectMapper().readTree(answer.body());
  }

  private JsonNode listed() throws Exception {
    return json(send("GET", "/api/v1/models/" + version + "/artifacts", "text/plain", new byte[0]))
        .path("artifacts");
  }

  private static void assertRefused(
      HttpResponse<byte[]> answer, RejectReason reason, String... parts) {
    assertProblem(answer, reason);
    assertThat(text(answer)).contains(parts);
  }

  @Test
  void filesOfEveryKind_areKept_andListed_withWhatReadsThem() throws Exception {
    Map<String, byte[]> files =
        Map.of(
            "int8", new Int8Codec().encode(model(SPEC)),
            "onnx", OnnxExporter.float32(model(SPEC)).bytes());
    for (var file : files.entrySet()) {
      HttpResponse<byte[]> answer = upload(file.getKey(), file.getValue());
      assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
      assertThat(json(answer).path("codecs").get(0).asText()).isEqualTo(file.getKey());
    }
    byte[] student = new Int8Codec().encode(model(SMALLER));
    HttpResponse<byte[]> distilled =
        upload(
            "distilled", student, CODECS, "distill,int8", SPECIFICATION, SMALLER.canonicalJson());
    assertThat(distilled.statusCode()).as(text(distilled)).isEqualTo(200);
    byte[] sparse = new SparseCodec().encode(model(SPEC));
    assertThat(upload("pruned", sparse, CODECS, "prune-weights,sparse").statusCode())
        .isEqualTo(200);

    assertThat(listed())
        .extracting(entry -> entry.path("kind").asText())
        .containsExactly("distilled", "int8", "onnx", "pruned");
    JsonNode entry = listed().get(0);
    assertThat(entry.path("digest").asText()).isEqualTo(FileDigest.of(student).hex());
    assertThat(entry.path("bytes").asInt()).isEqualTo(student.length);
    assertThat(entry.path("spec").asText()).isEqualTo(SMALLER.canonicalJson());
    URI file = coordinator.uri().resolve("/api/v1/artifacts/" + FileDigest.of(student) + "/file");
    assertThat(send("GET", file.getPath(), "text/plain", new byte[0]).body()).isEqualTo(student);
  }

  @Test
  void sameFileAgain_changesNothing_andAnotherTakesItsPlace() throws Exception {
    byte[] first = new Int8Codec().encode(model(SPEC));
    byte[] other = new Int8Codec().encode(SpecifiedModel.of(SPEC, InitialWeights.of(SPEC, 8)));
    String before = text(upload("int8", first));
    assertThat(text(upload("int8", first))).isEqualTo(before);
    assertThat(listed()).hasSize(1);
    assertThat(upload("int8", other).statusCode()).isEqualTo(200);
    assertThat(listed()).hasSize(1);
    assertThat(listed().get(0).path("digest").asText()).isEqualTo(FileDigest.of(other).hex());
  }

  @Test
  void unknownKind_isRefused_withTheKindsThereAre() throws Exception {
    assertRefused(
        upload("int9", new byte[] {1}), RejectReason.BAD_PARAMETER, "'int9'", "int8", "onnx-int8");
    assertRefused(
        upload("float32", new Float32Codec().encode(model(SPEC))),
        RejectReason.BAD_PARAMETER,
        "float32 is the version itself");
  }

  @Test
  void unknownVersion_isNotFound() throws Exception {
    HttpResponse<byte[]> answer =
        send("POST", path("0".repeat(64), "int8"), "application/octet-stream", new byte[] {1});
    assertProblem(answer, RejectReason.NOT_FOUND);
    assertProblem(
        send("GET", "/api/v1/models/" + "0".repeat(64) + "/artifacts", "text/plain", new byte[0]),
        RejectReason.NOT_FOUND);
  }

  @Test
  void bytesThatTheReaderOfTheKindRefuses_areRefused_andNothingIsKept() throws Exception {
    byte[] good = new Int8Codec().encode(model(SPEC));
    byte[] cut = Arrays.copyOf(good, good.length - 1);
    assertRefused(upload("int8", cut), RejectReason.MALFORMED_MESSAGE, "int8 artifact");
    assertRefused(upload("int4", good), RejectReason.MALFORMED_MESSAGE, "int4 artifact");
    assertRefused(upload("onnx", good), RejectReason.MALFORMED_MESSAGE, "onnx");
    assertRefused(upload("int8", new byte[0]), RejectReason.MALFORMED_MESSAGE, "int8");
    assertRefused(
        upload("int8", new Int8Codec().encode(model(SMALLER))),
        RejectReason.MALFORMED_MESSAGE,
        "expected");
    assertThat(listed()).isEmpty();
  }

  @Test
  void networkOfAnotherTask_isRefused_andSoIsOneWhereNoneBelongs() throws Exception {
    ModelSpec stranger =
        ModelSpec.fromJson(
            """
            {"format":"tributary-model/1","input":[4],"layers":[{"type":"linear","units":3}],
             "loss":"softmax-cross-entropy","classes":3}\
            """);
    byte[] file = new Float32Codec().encode(model(stranger));
    assertRefused(
        upload("distilled", file, SPECIFICATION, stranger.canonicalJson()),
        RejectReason.BAD_HEADER,
        "2 classes",
        "got [4], 3");
    assertRefused(upload("distilled", file), RejectReason.BAD_HEADER, "student's own");
    assertRefused(
        upload("int8", file, SPECIFICATION, SMALLER.canonicalJson()),
        RejectReason.BAD_HEADER,
        "version's own network");
    assertRefused(
        upload("pruned", file, SPECIFICATION, "{}"), RejectReason.BAD_HEADER, SPECIFICATION);
    assertRefused(
        upload("pruned", file, CODECS, "prune-weights,zip"), RejectReason.BAD_HEADER, "'zip'");
    assertRefused(upload("pruned", file, CODECS, "a b"), RejectReason.BAD_HEADER, CODECS);
  }

  @Test
  void oneFile_isNotTwoKindsOfAVersion() throws Exception {
    byte[] file = new Float32Codec().encode(model(SMALLER));
    String spec = SMALLER.canonicalJson();
    assertThat(upload("distilled", file, SPECIFICATION, spec).statusCode()).isEqualTo(200);
    assertRefused(
        upload("pruned", file, SPECIFICATION, spec), RejectReason.NAME_TAKEN, "distilled already");
  }

  @Test
  void fileLongerThanTheVersionCouldNeed_isTooLarge() throws Exception {
    assertProblem(upload("int8", new byte[1 << 20]), RejectReason.BODY_TOO_LARGE);
  }

  @Test
  void withoutAdminToken_nothingIsTaken() throws Exception {
    HttpResponse<byte[]> answer =
        http.send(
            HttpRequest.newBuilder(coordinator.uri().resolve(path(version, "int8")))
                .header("Content-Type", "application/octet-stream")
                .POST(BodyPublishers.ofByteArray(new Int8Codec().encode(model(SPEC))))
                .build(),
            BodyHandlers.ofByteArray());
    assertProblem(answer, RejectReason.MISSING_AUTHORIZATION);
    assertThat(listed()).isEmpty();
  }

  @Test
  void uploads_stayWhenGarbageIsCollected_untilTheyAreNamed() throws Exception {
    upload("int8", new Int8Codec().encode(model(SPEC)));
    assertThat(collected("{\"dryRun\":false}")).isZero();
    assertThat(listed()).hasSize(1);
    assertThat(collected("{\"dryRun\":true,\"uploaded\":true}")).isOne();
    assertThat(listed()).hasSize(1);
    assertThat(collected("{\"dryRun\":false,\"uploaded\":true}")).isOne();
    assertThat(listed()).isEmpty();
  }

  @Test
  void uploadsBesideCollections_areThereWhenTheyWereAnswered() throws Exception {
    for (int i = 0; i < 20; i++) {
      byte[] file =
          OnnxExporter.float32(SpecifiedModel.of(SPEC, InitialWeights.of(SPEC, i))).bytes();
      var collecting =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return collected("{\"dryRun\":false}");
                } catch (Exception e) {
                  throw new CompletionException(e);
                }
              });
      assertThat(upload("onnx", file).statusCode()).isEqualTo(200);
      collecting.get();
      collected("{\"dryRun\":false}");
      String digest = FileDigest.of(file).hex();
      assertThat(listed().get(0).path("digest").asText()).as("upload %d", i).isEqualTo(digest);
      Path artifacts = coordinator.adminTokenFile().resolveSibling("artifacts");
      assertThat(artifacts.resolve(digest)).hasBinaryContent(file);
    }
  }

  private HttpResponse<byte[]> measured(String document) throws Exception {
    return send(
        "POST",
        "/api/v1/models/" + version + "/metrics",
        "application/json",
        document.getBytes(UTF_8));
  }

  private JsonNode measurements() throws Exception {
    return json(send("GET", "/api/v1/models/" + version + "/metrics", "text/plain", new byte[0]))
        .path("metrics");
  }

  private static String measurement(String file, String data, String classes) {
    return "{\"file\":\"%s\",\"data\":\"%s\",\"loss\":0.5,\"classes\":[%s]}"
        .formatted(file, data, classes);
  }

  private static String counts(int examples, int predicted, int right) {
    return "{\"examples\":%d,\"predicted\":%d,\"right\":%d}".formatted(examples, predicted, right);
  }

  @Test
  void measurements_areKeptByFileAndData_andTheRestFollowsFromTheCounts() throws Exception {
    byte[] file = new Int8Codec().encode(model(SPEC));
    upload("int8", file);
    String digest = FileDigest.of(file).hex();
    String both = counts(6, 4, 3) + "," + counts(4, 6, 3);
    for (String data : List.of("pens", "pencils", "pens")) {
      assertThat(measured(measurement(digest, data, both)).statusCode()).isEqualTo(204);
    }
    assertThat(measurements())
        .extracting(entry -> entry.path("data").asText())
        .containsExactly("pencils", "pens");
    JsonNode entry = measurements().get(0);
    assertThat(entry.path("file").asText()).isEqualTo(digest);
    assertThat(entry.path("kind").asText()).isEqualTo("int8");
    JsonNode metrics = entry.path("metrics");
    assertThat(metrics.path("examples").asInt()).isEqualTo(10);
    assertThat(metrics.path("accuracy").asDouble()).isEqualTo(.6);
    assertThat(metrics.path("recall").get(0).asDouble()).isEqualTo(.5);
    assertThat(metrics.path("precision").get(0).asDouble()).isEqualTo(.75);
    assertThat(metrics.path("f1").get(1).asDouble()).isEqualTo(.6);

    collected("{\"dryRun\":false,\"uploaded\":true}");
    assertThat(measurements()).isEmpty();
  }

  @Test
  void measurementsThatCannotBe_areRefused_withWhatWasExpected() throws Exception {
    byte[] file = new Int8Codec().encode(model(SPEC));
    upload("int8", file);
    String digest = FileDigest.of(file).hex();
    String both = counts(6, 4, 3) + "," + counts(4, 6, 3);
    assertRefused(
        measured(measurement("0".repeat(64), "pens", both)),
        RejectReason.NOT_FOUND,
        "has no file " + "0".repeat(64));
    for (String reserved : List.of("coordinator", "coordinator-1", "devices", "", "Pens")) {
      assertRefused(
          measured(measurement(digest, reserved, both)),
          RejectReason.FIELD_OUT_OF_RANGE,
          "'data'",
          "'coordinator'");
    }
    assertRefused(
        measured(measurement(digest, "pens", counts(6, 6, 3))),
        RejectReason.FIELD_OUT_OF_RANGE,
        "counts of 2 classes",
        "got 1");
    assertRefused(
        measured(measurement(digest, "pens", counts(6, 4, 5) + "," + counts(4, 6, 3))),
        RejectReason.FIELD_OUT_OF_RANGE,
        "'classes[0]'",
        "got right 5");
    assertRefused(
        measured(measurement(digest, "pens", counts(6, 4, 3) + "," + counts(4, 5, 3))),
        RejectReason.FIELD_OUT_OF_RANGE,
        "as many predictions as examples, got 9 and 10");
    assertRefused(
        measured(measurement(digest, "pens", both).replace("0.5", "-1")),
        RejectReason.FIELD_OUT_OF_RANGE,
        "'loss'");
    assertRefused(
        measured(measurement(digest, "pens", both).replace("right", "write")),
        RejectReason.UNKNOWN_FIELD,
        "'write'");
    assertThat(measurements()).isEmpty();
  }

  private int collected(String order) throws Exception {
    return json(send("POST", "/api/v1/garbage", "application/json", order.getBytes(UTF_8)))
        .path("count")
        .asInt();
  }
}
