package dev.tributary.coordinator.ops;

import static dev.tributary.coordinator.ops.Answers.assertProblem;
import static dev.tributary.coordinator.ops.Answers.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tributary.aggregation.compress.ModelCodec;
import dev.tributary.aggregation.compress.SpecifiedModel;
import dev.tributary.aggregation.compress.codec.Float32Codec;
import dev.tributary.aggregation.compress.codec.Int8Codec;
import dev.tributary.aggregation.compress.codec.ModelCodecs;
import dev.tributary.aggregation.compress.codec.SparseCodec;
import dev.tributary.aggregation.compress.onnx.OnnxExporter;
import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.model.Safetensors;
import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.runtime.InitialWeights;
import dev.tributary.coordinator.backup.StateBackup;
import dev.tributary.coordinator.publish.ModelEvaluator;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tasks that begin with an uploaded artifact: which ones can, and where their versions come from.
 */
@Timeout(60)
final class UploadedInitialModelHttpTest {

  private static final ModelSpec SPEC = perceptron(40, "relu");
  private static final ModelSpec SMALLER = perceptron(33, "relu");
  private static final SpecifiedModel SMALL =
      SpecifiedModel.of(SMALLER, InitialWeights.of(SMALLER, 7));

  @TempDir private Path folder;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private Coordinator coordinator;
  private String version;

  private static ModelSpec perceptron(int hidden, String activation) {
    return ModelSpec.fromJson(
        """
        {"format":"tributary-model/1","input":[4],"layers":[
         {"type":"linear","units":%d},{"type":"%s"},{"type":"linear","units":2}],
         "loss":"softmax-cross-entropy","classes":2}\
        """
            .formatted(hidden, activation));
  }

  @BeforeEach
  void start() throws Exception {
    coordinator = started("state");
    send("/api/v1/populations", "application/json", "{\"name\":\"pens\"}".getBytes(UTF_8));
    version = latest(create("big", model(SPEC) + ",\"seed\":1")).path("digest").asText();
  }

  @AfterEach
  void stop() {
    http.close();
    coordinator.close().await();
  }

  private Coordinator started(String state) {
    return Coordinator.start(
            CoordinatorConfig.in(
                folder.resolve(state),
                "listen.port=0",
                "logs.file=false",
                "shutdown.graceSeconds=0"),
            ModelEvaluator.none())
        .await();
  }

  private HttpResponse<byte[]> send(String path, String type, byte[] body, String... headers)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(coordinator.uri().resolve(path))
            .header(
                "Authorization", "Bearer " + Files.readString(coordinator.adminTokenFile()).strip())
            .header("Content-Type", type)
            .POST(BodyPublishers.ofByteArray(body));
    return http.send(
        (headers.length == 0 ? request : request.headers(headers)).build(),
        BodyHandlers.ofByteArray());
  }

  private HttpResponse<byte[]> create(String name, String initial) throws Exception {
    String task =
        """
        {"name":"%s","population":"pens",%s,"protocol":"plain",
         "cohort":{"target":1000,"minimum":1000}}\
        """
            .formatted(name, initial);
    return send("/api/v1/tasks", "application/json", task.getBytes(UTF_8));
  }

  private static String model(ModelSpec spec) {
    return "\"model\":" + spec.canonicalJson();
  }

  private static String from(String digest) {
    return "\"initialModel\":\"" + digest + "\"";
  }

  /** Uploads a file that holds the smaller network; gives its digest. */
  private String uploadSmaller(String codec, byte[] file) throws Exception {
    return uploaded(
        "pruned",
        file,
        "Tributary-Codecs",
        "prune-channels," + codec,
        "Tributary-Specification",
        SMALLER.canonicalJson());
  }

  private String uploaded(String kind, byte[] file, String... headers) throws Exception {
    String path = "/api/v1/models/" + version + "/artifacts/" + kind;
    HttpResponse<byte[]> answer = send(path, "application/octet-stream", file, headers);
    assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
    return new ObjectMapper().readTree(answer.body()).path("digest").asText();
  }

  private static JsonNode latest(HttpResponse<byte[]> answer) throws Exception {
    assertThat(answer.statusCode()).as(text(answer)).isEqualTo(201);
    return new ObjectMapper().readTree(answer.body()).path("latest");
  }

  private byte[] file(String digest) throws Exception {
    return Files.readAllBytes(
        coordinator.adminTokenFile().resolveSibling("models").resolve(digest + ".safetensors"));
  }

  private static void assertRefused(
      HttpResponse<byte[]> answer, RejectReason reason, String... parts) {
    assertProblem(answer, reason);
    // A specification in a message stands inside of a JSON text.
    assertThat(text(answer).replace("\\\"", "\"")).contains(parts);
  }

  @Test
  void artifactOfAnyCodec_isVersionZero_asFloat32_derivedFromItsVersion() throws Exception {
    for (String name : ModelCodecs.names()) {
      ModelCodec codec = ModelCodecs.named(name).orElseThrow();
      byte[] stored = codec.encode(SMALL);
      String digest = uploadSmaller(name, stored);
      JsonNode first = latest(create("tune-" + name, model(SMALLER) + "," + from(digest)));
      assertThat(first.path("version").asInt()).as(name).isZero();
      assertThat(first.path("parent").asText()).as(name).isEqualTo(version);
      assertThat(file(first.path("digest").asText()))
          .as(name)
          .isEqualTo(Safetensors.toBytes(codec.decode(SMALLER, stored).state()));
    }
  }

  @Test
  void artifactOfTheVersionsOwnNetwork_beginsATask_too() throws Exception {
    byte[] stored = new Int8Codec().encode(SpecifiedModel.of(SPEC, InitialWeights.of(SPEC, 1)));
    String digest = uploaded("int8", stored);
    JsonNode first = latest(create("tune", model(SPEC) + "," + from(digest)));
    assertThat(first.path("parent").asText()).isEqualTo(version);
    assertRefused(
        create("other", model(SMALLER) + "," + from(digest)),
        RejectReason.BAD_CONFIGURATION,
        "kind int8",
        SPEC.canonicalJson());
  }

  @Test
  void secondTaskFromTheSameFile_hasTheSameParent_thoughItsModelIsHereByThen() throws Exception {
    String digest = uploadSmaller("float32", new Float32Codec().encode(SMALL));
    for (String task : new String[] {"once", "twice"}) {
      JsonNode first = latest(create(task, model(SMALLER) + "," + from(digest)));
      assertThat(first.path("digest").asText()).as(task).isEqualTo(digest);
      assertThat(first.path("parent").asText()).as(task).isEqualTo(version);
    }
  }

  @Test
  void artifactThatLostNothing_isTheVersionItself_andNotItsOwnParent() throws Exception {
    SpecifiedModel big = SpecifiedModel.of(SPEC, InitialWeights.of(SPEC, 1));
    String digest =
        uploaded(
            "pruned", new SparseCodec().encode(big), "Tributary-Codecs", "prune-weights,sparse");
    JsonNode first = latest(create("again", model(SPEC) + "," + from(digest)));
    assertThat(first.path("digest").asText()).isEqualTo(version);
    assertThat(first.has("parent")).isFalse();
  }

  @Test
  void networkThatIsNotTheTasks_isRefused_andBothAreNamed() throws Exception {
    String digest = uploadSmaller("int8", new Int8Codec().encode(SMALL));
    for (ModelSpec other : new ModelSpec[] {SPEC, perceptron(33, "tanh")}) {
      assertRefused(
          create("tune", model(other) + "," + from(digest)),
          RejectReason.BAD_CONFIGURATION,
          "initialModel: " + digest + " is an artifact of kind pruned",
          "with the network " + SMALLER.canonicalJson(),
          "the model is " + other.canonicalJson());
    }
  }

  @Test
  void graph_isRefused_becauseItHasNoWeightsToTrain() throws Exception {
    SpecifiedModel big = SpecifiedModel.of(SPEC, InitialWeights.of(SPEC, 1));
    String digest = uploaded("onnx", OnnxExporter.float32(big).bytes());
    assertRefused(
        create("tune", model(SPEC) + "," + from(digest)),
        RejectReason.BAD_CONFIGURATION,
        "initialModel: " + digest + " is an artifact of kind onnx, a graph");
  }

  @Test
  void nameOfNothing_isRefused_whetherTheModelIsSaidOrNot() throws Exception {
    String none = "ab".repeat(32);
    for (String initial : new String[] {from(none), model(SPEC) + "," + from(none)}) {
      assertRefused(
          create("tune", initial),
          RejectReason.BAD_CONFIGURATION,
          "initialModel: there is neither a model nor an uploaded artifact " + none);
    }
  }

  @Test
  void fileThatIsGone_isRefused() throws Exception {
    String digest = uploadSmaller("int8", new Int8Codec().encode(SMALL));
    Files.delete(coordinator.adminTokenFile().resolveSibling("artifacts").resolve(digest));
    assertRefused(
        create("tune", from(digest)), RejectReason.WRONG_STATE, digest, "is not here any more");
  }

  @Test
  void modelLeftOut_isTheNetworkOfTheInitialModel() throws Exception {
    String pruned = uploadSmaller("int8", new Int8Codec().encode(SMALL));
    for (String digest : new String[] {pruned, version}) {
      HttpResponse<byte[]> created = create("from-" + digest.substring(0, 8), from(digest));
      latest(created);
      JsonNode network = new ObjectMapper().readTree(created.body()).path("config").path("model");
      assertThat(ModelSpec.fromJson(network.toString()))
          .isEqualTo(digest.equals(pruned) ? SMALLER : SPEC);
    }
    assertRefused(
        create("neither", "\"seed\":1"), RejectReason.BAD_CONFIGURATION, "'model' is missing");
  }

  @Test
  void modelLeftOut_whereTwoNetworksHaveTheWeights_isRefused() throws Exception {
    latest(create("tanh", model(perceptron(40, "tanh")) + "," + from(version)));
    assertRefused(
        create("which", from(version)),
        RejectReason.BAD_CONFIGURATION,
        "'model' is missing, and 2 networks have the weights of initialModel " + version);
  }

  @Test
  void taskOutlivesTheArtifact_andRestarts_andBackups() throws Exception {
    String digest = uploadSmaller("int8", new Int8Codec().encode(SMALL));
    String first = latest(create("tune", from(digest))).path("digest").asText();
    send("/api/v1/garbage", "application/json", "{\"uploaded\":true}".getBytes(UTF_8));
    assertThat(coordinator.adminTokenFile().resolveSibling("artifacts").resolve(digest))
        .doesNotExist();
    coordinator.close().await();
    StateBackup.take(folder.resolve("state"), folder.resolve("backup"), Instant.now());

    for (String state : new String[] {"state", "backup"}) {
      coordinator = started(state);
      var versions = coordinator.operators().models(Optional.empty()).await();
      assertThat(versions)
          .as(state)
          .filteredOn(found -> found.digest().hex().equals(first))
          .singleElement()
          .satisfies(found -> assertThat(found.parent().orElseThrow().hex()).isEqualTo(version));
      assertThat(file(first)).as(state).isNotEmpty();
      assertThat(file(version)).as(state).isNotEmpty();
      if (state.equals("state")) {
        coordinator.close().await();
      }
    }
  }
}
