package dev.tributary.simulations.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tributary.aggregation.runtime.Examples;
import dev.tributary.client.FederatedClient;
import dev.tributary.security.identity.BearerToken;
import dev.tributary.security.secret.InsecureSecretAccess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * From devices whose data move to a new version in their channel, without a hand: a real
 * coordinator, devices of the real SDK over HTTP, an operator who only watches, or approves.
 */
@Timeout(120)
class RetrainedModelsTest {

  private static final String CHANNEL = "pens/stable";
  private static final int DEVICES = 3;

  @TempDir private Path folder;
  private final List<FederatedClient> devices = new ArrayList<>();
  private volatile Examples examples = mostly(0);
  private OperatedCoordinator coordinator;

  /** 100 examples, of which 90 have this label. */
  private static Examples mostly(int label) {
    float[] features = new float[3 * 100];
    int[] labels = new int[100];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = i % 10 == 0 ? 1 - label : label;
      Arrays.fill(features, 3 * i, 3 * i + 3, labels[i]);
    }
    return Examples.of(features, 3, labels);
  }

  @BeforeEach
  void start() throws Exception {
    coordinator = OperatedCoordinator.start(folder, "publishing.reviewSeconds=1");
    ask("population", "create", "pens");
    coordinator.installRoot();
    BearerToken token = coordinator.token("pens", DEVICES);
    for (int i = 0; i < DEVICES; i++) {
      devices.add(
          FederatedClient.builder()
              .coordinator(coordinator.uri())
              .population("pens")
              .enrolmentToken(token.text(InsecureSecretAccess.get()))
              .stateDirectory(folder.resolve("device-" + i))
              .allowInsecurePlain()
              .examples(() -> examples)
              .build());
    }
  }

  @AfterEach
  void stop() throws Exception {
    devices.forEach(FederatedClient::close);
    coordinator.close();
  }

  private void tasks(String retraining) throws Exception {
    String pace = "pace: {floorSeconds: 0, ceilingSeconds: 0.2, slotSeconds: 0.05}";
    create(
        """
        name: digits
        population: pens
        model: {format: tributary-model/1, input: [3], layers: [{type: linear, units: 2}],
                loss: softmax-cross-entropy, classes: 2}
        protocol: plain
        cohort: {target: 2, overSelection: 1}
        until: {rounds: 2}
        retraining: %s
        %s
        """
            .formatted(retraining, pace));
    create(
        """
        name: check
        population: pens
        kind: evaluation
        evaluates: digits
        protocol: plain
        cohort: {target: 2, overSelection: 1}
        %s
        """
            .formatted(pace));
    devices.forEach(FederatedClient::start);
  }

  private void create(String task) throws Exception {
    ask("task", "create", Files.writeString(folder.resolve("task.yaml"), task).toString());
  }

  private JsonNode ask(String... words) throws Exception {
    return coordinator.ask(words);
  }

  private JsonNode awaitTask(Predicate<JsonNode> wanted) throws Exception {
    JsonNode task = ask("task", "show", "digits");
    while (!wanted.test(task)) {
      task = ask("task", "show", "digits");
    }
    return task;
  }

  private List<JsonNode> awaitChanges(int count) throws Exception {
    List<JsonNode> changes = changes();
    while (changes.size() < count) {
      changes = changes();
    }
    return changes;
  }

  /** The oldest first; none before the channel is there. */
  private List<JsonNode> changes() throws Exception {
    if (ask("channel", "list").path("channels").isEmpty()) {
      return List.of();
    }
    List<JsonNode> changes = new ArrayList<>();
    ask("channel", "history", CHANNEL).path("changes").forEach(changes::addFirst);
    return changes;
  }

  private String releasedVersion() throws Exception {
    String manifest = ask("channel", "show", CHANNEL).path("release").asText();
    assertThat(manifest).isNotEmpty();
    return ask("model", "list", "--task", "digits").path("models").get(0).path("digest").asText();
  }

  @Test
  void dataThatMove_leadToANewVersionInTheChannel_withoutAHand() throws Exception {
    tasks(
        "{drift: {evaluatedBy: check, window: 2, stabilityIndex: 0.25, minimumExamples: 20},"
            + " promote: {channel: stable, kinds: [int8]}}");
    assertThat(awaitChanges(1).getFirst().path("reason").asText())
        .isEqualTo("task digits finished: 2 rounds published");
    String first = releasedVersion();
    JsonNode before = awaitTask(task -> task.path("latest").path("evaluations").size() >= 2);
    assertThat(before.path("status").asText()).isEqualTo("FINISHED");

    examples = mostly(1);
    JsonNode begun = awaitTask(task -> task.path("publishedCount").asInt() > 2);
    assertThat(begun.path("latest").path("parent").asText()).isNotEmpty();
    List<JsonNode> changes = awaitChanges(2);

    assertThat(changes)
        .extracting(change -> change.path("action").asText())
        .containsExactly("RELEASED", "RELEASED");
    assertThat(changes.get(1).path("manifest")).isNotEqualTo(changes.get(0).path("manifest"));
    JsonNode after = awaitTask(task -> task.path("status").asText().equals("FINISHED"));
    assertThat(after.path("publishedCount").asInt()).isEqualTo(4);
    assertThat(releasedVersion()).isNotEqualTo(first);
  }

  @Test
  void scheduledRun_waitsForApproval_whereTheOperatorWantsIt() throws Exception {
    tasks(
        "{everySeconds: 2, promote: {channel: stable, approval: true,"
            + " plan: {permyriads: [10000], minimumSeconds: 0}}}");
    List<JsonNode> proposed = awaitChanges(1);
    assertThat(proposed.getFirst().path("action").asText()).isEqualTo("PROPOSED");
    assertThat(ask("channel", "show", CHANNEL).has("release")).isFalse();
    ask("channel", "approve", CHANNEL);
    assertThat(ask("channel", "show", CHANNEL).path("release").asText())
        .isEqualTo(proposed.getFirst().path("manifest").asText());
    awaitTask(task -> task.path("publishedCount").asInt() >= 4);
  }
}
