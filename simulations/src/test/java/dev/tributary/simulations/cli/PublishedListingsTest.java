package dev.tributary.simulations.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tributary.aggregation.runtime.Examples;
import dev.tributary.client.FederatedClient;
import dev.tributary.security.identity.BearerToken;
import dev.tributary.security.secret.InsecureSecretAccess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What an operator is told of two versions that follow each other: trained, measured on devices of
 * the real SDK, and published by a real coordinator.
 */
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PublishedListingsTest {

  private static final int DEVICES = 2;
  private static final int EXAMPLES = 100;
  private static final int FEATURES = 200;

  @TempDir private static Path folder;
  private final List<FederatedClient> devices = new ArrayList<>();
  private OperatedCoordinator coordinator;
  private JsonNode older;
  private JsonNode newer;

  /** Examples whose class is in the sign of their features, as many of one as of the other. */
  private static Examples examples(int device) {
    Random random = new Random(device);
    float[] features = new float[EXAMPLES * FEATURES];
    int[] labels = new int[EXAMPLES];
    for (int i = 0; i < EXAMPLES; i++) {
      labels[i] = i % 2;
      for (int j = 0; j < FEATURES; j++) {
        features[i * FEATURES + j] = (float) (random.nextGaussian() + 0.1 * (2 * labels[i] - 1));
      }
    }
    return Examples.of(features, FEATURES, labels);
  }

  @BeforeAll
  void publishTwoVersions() throws Exception {
    coordinator = OperatedCoordinator.start(folder);
    ask("population", "create", "pens");
    coordinator.installRoot();
    BearerToken token = coordinator.token("pens", DEVICES);
    for (int i = 0; i < DEVICES; i++) {
      Examples own = examples(i);
      devices.add(
          FederatedClient.builder()
              .coordinator(coordinator.uri())
              .population("pens")
              .enrolmentToken(token.text(InsecureSecretAccess.get()))
              .stateDirectory(folder.resolve("device-" + i))
              .allowInsecurePlain()
              .examples(() -> own)
              .build());
    }
    create(
        """
        name: digits
        model: {format: tributary-model/1, input: [200], layers: [{type: linear, units: 2}],
                loss: softmax-cross-entropy, classes: 2}
        training: {learningRate: 0.01}
        until: {rounds: 1}
        """);
    ask("task", "pause", "digits"); // until its first version is measured
    devices.forEach(FederatedClient::start);
    older = measured("check-0");
    ask("task", "resume", "digits");
    while (latest().path("version").asInt() == 0) {
      Thread.onSpinWait(); // each question is a request
    }
    newer = measured("check-1");
    for (JsonNode version : List.of(older, newer)) {
      ask("model", "promote", digest(version), "--channel", "pens/stable", "--kinds", "int8");
    }
  }

  private void create(String task) throws Exception {
    String all =
        task
            + """
            population: pens
            protocol: plain
            cohort: {target: 2, overSelection: 1}
            pace: {floorSeconds: 0, ceilingSeconds: 0.2, slotSeconds: 0.05}
            """;
    ask("task", "create", Files.writeString(folder.resolve("task.yaml"), all).toString());
  }

  /** The newest version, once the devices have measured it in a round of their own. */
  private JsonNode measured(String task) throws Exception {
    create("name: " + task + "\nkind: evaluation\nevaluates: digits\nuntil: {rounds: 1}\n");
    JsonNode version = latest();
    while (version.path("evaluations").isEmpty()) {
      version = latest();
    }
    return version;
  }

  private JsonNode latest() throws Exception {
    return ask("task", "show", "digits").path("latest");
  }

  @AfterAll
  void stop() {
    devices.forEach(FederatedClient::close);
    coordinator.close();
  }

  private JsonNode ask(String... words) throws Exception {
    return coordinator.ask(words);
  }

  private static String digest(JsonNode version) {
    return version.path("digest").asText();
  }

  private static JsonNode entry(JsonNode list, String member, String value) {
    for (JsonNode entry : list) {
      if (entry.path(member).asText().equals(value)) {
        return entry;
      }
    }
    throw new AssertionError("no entry with " + member + " " + value + " in " + list);
  }

  @Test
  void modelShow_listsTheFilesOfTheVersion_andTheWayFromTheOneBefore() throws Exception {
    JsonNode shown = ask("model", "show", digest(newer));
    assertThat(shown.path("published").asBoolean()).isTrue();
    assertThat(shown.path("artifacts"))
        .extracting(artifact -> artifact.path("kind").asText())
        .containsExactlyInAnyOrder("float32", "int8");
    JsonNode float32 = entry(shown.path("artifacts"), "kind", "float32");
    assertThat(float32.path("digest")).isEqualTo(newer.path("digest"));
    assertThat(float32.path("bytes")).isEqualTo(newer.path("bytes"));
    JsonNode int8 = entry(shown.path("artifacts"), "kind", "int8");
    assertThat(int8.path("codecs").get(0).asText()).isEqualTo("int8");
    JsonNode delta = entry(shown.path("deltas"), "kind", "int8");
    assertThat(delta.path("to")).isEqualTo(int8.path("digest"));

    String text = coordinator.text("model", "show", digest(newer).substring(0, 8));
    for (JsonNode file : List.of(float32, int8, delta)) {
      assertThat(text.lines())
          .anySatisfy(
              line ->
                  assertThat(line)
                      .contains(
                          file.path("kind").asText(),
                          file.path("bytes").asText(),
                          file.path("digest").asText()));
    }
  }

  @Test
  void modelShow_saysThatAVersionWasNotPublished() throws Exception {
    create(
        """
        name: other
        model: {format: tributary-model/1, input: [3], layers: [{type: linear, units: 2}],
                loss: softmax-cross-entropy, classes: 2}
        """);
    String digest = digest(ask("task", "show", "other").path("latest"));
    JsonNode shown = ask("model", "show", digest);
    assertThat(shown.path("models")).hasSize(1);
    assertThat(shown.path("published").asBoolean()).isFalse();
    assertThat(shown.path("artifacts")).isEmpty();
    assertThat(coordinator.text("model", "show", digest)).contains("not published");
  }

  /** The whole way: devices measure, the sum is kept with the version, its manifest carries it. */
  @Test
  void whatDevicesMeasured_isInThePublishedManifest() throws Exception {
    for (JsonNode version : List.of(older, newer)) {
      JsonNode measured = version.path("evaluations").get(0).path("metrics");
      JsonNode diff = ask("model", "diff", digest(version), digest(newer));
      assertThat(diff.path("older").path("metrics")).hasSize(1);
      JsonNode published = diff.path("older").path("metrics").get(0);
      assertThat(published.path("data").asText()).isEqualTo("devices");
      assertThat(published.path("examples").asInt()).isEqualTo(DEVICES * EXAMPLES);
      assertThat(published.path("accuracyPpm").asInt() / 1e6)
          .isCloseTo(measured.path("accuracy").asDouble(), within(1e-6));
      assertThat(published.path("lossMillionths").asLong() / 1e6)
          .isCloseTo(measured.path("loss").asDouble(), within(1e-6));
      for (int label = 0; label < 2; label++) {
        assertThat(published.path("recallPpm").get(label).asInt() / 1e6)
            .isCloseTo(measured.path("recall").get(label).asDouble(), within(1e-6));
      }
    }
  }

  @Test
  void modelDiff_comparesSizes_theDelta_andEveryFigure() throws Exception {
    JsonNode diff = ask("model", "diff", digest(older), digest(newer));
    JsonNode shown = ask("model", "show", digest(newer));
    for (String kind : List.of("float32", "int8")) {
      JsonNode artifact = entry(diff.path("artifacts"), "kind", kind);
      assertThat(artifact.path("bytes").path("newer"))
          .isEqualTo(entry(shown.path("artifacts"), "kind", kind).path("bytes"));
      assertThat(artifact.path("deltaBytes"))
          .isEqualTo(entry(shown.path("deltas"), "kind", kind).path("bytes"));
    }
    JsonNode measured = entry(diff.path("metrics"), "data", "devices");
    for (String figure : List.of("accuracy", "loss", "macroRecall", "macroF1")) {
      double before =
          older.path("evaluations").get(0).path("metrics").path(figure).asDouble(Double.NaN);
      double now =
          newer.path("evaluations").get(0).path("metrics").path(figure).asDouble(Double.NaN);
      assertThat(measured.path(figure).path("older").asDouble()).isCloseTo(before, within(1e-6));
      assertThat(measured.path(figure).path("change").asDouble())
          .as(figure)
          .isCloseTo(now - before, within(2e-6));
    }
    assertThat(measured.path("classes")).hasSize(2);
    String text = coordinator.text("model", "diff", digest(older), digest(newer));
    assertThat(text)
        .contains("on devices", "accuracy", "loss", "macroRecall", "macroF1", "recall before");
    assertThat(
            ask("model", "diff", digest(newer), digest(older))
                .path("artifacts")
                .findValues("deltaBytes"))
        .as("no delta leads back")
        .isEmpty();
  }

  @Test
  void channelShow_namesVersionAndManifest() throws Exception {
    JsonNode channel = ask("channel", "show", "pens/stable");
    assertThat(channel.path("releaseVersion")).isEqualTo(newer.path("digest"));
    assertThat(coordinator.text("channel", "show", "pens/stable"))
        .contains(digest(newer), channel.path("release").asText());
    assertThat(coordinator.text("channel", "list")).contains(digest(newer).substring(0, 12));
  }
}
