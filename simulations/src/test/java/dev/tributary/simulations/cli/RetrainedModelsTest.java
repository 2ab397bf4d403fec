package dev.tributary.simulations.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tributary.aggregation.runtime.Examples;
import dev.tributary.client.FederatedClient;
import dev.tributary.client.model.UpdateOutcome;
import dev.tributary.security.identity.BearerToken;
import dev.tributary.security.metadata.RootMetadata;
import dev.tributary.security.metadata.SignedMetadata;
import dev.tributary.security.secret.InsecureSecretAccess;
import dev.tributary.simulations.cli.OperatedCoordinator.Wanted;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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
  private static final int READERS = 20;

  /** What a report of one device can keep. */
  private static final String GATES =
      "{minimumDevices: 1, minimumCalls: 20, maximumCallFailureRate: 0.3,"
          + " maximumLoadFailureRate: 1, maximumCrashRate: 1, maximumLatencyRatio: null,"
          + " maximumAccuracyLoss: null}";

  private static final Examples ONE = Examples.of(new float[] {1, 1, 1}, 3, new int[] {1});

  @TempDir private Path folder;
  private final List<FederatedClient> devices = new ArrayList<>();
  private final List<ModelDevice> readers = new ArrayList<>();
  private volatile Examples examples = mostly(0);
  private OperatedCoordinator coordinator;
  private SignedMetadata<RootMetadata> root;

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

  /** 100 examples, as many of each label, which the features say, or the other one. */
  private static Examples balanced(boolean turned) {
    float[] features = new float[3 * 100];
    int[] labels = new int[100];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = i % 2;
      Arrays.fill(features, 3 * i, 3 * i + 3, turned ? 1 - labels[i] : labels[i]);
    }
    return Examples.of(features, 3, labels);
  }

  @BeforeEach
  void start() throws Exception {
    coordinator =
        OperatedCoordinator.start(
            folder, "publishing.reviewSeconds=1", "publishing.reportSeconds=0");
    ask("population", "create", "pens");
    root = coordinator.installRoot();
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

  /** Devices that only run what the channel gives them. */
  private void enrolReaders(int count) throws Exception {
    BearerToken token = coordinator.token("pens", count);
    for (int i = 0; i < count; i++) {
      Path home = Files.createDirectory(folder.resolve("reader-" + i));
      readers.add(new ModelDevice(coordinator.uri(), root, "pens", token, home));
    }
  }

  @AfterEach
  void stop() throws Exception {
    for (ModelDevice reader : readers) {
      reader.close();
    }
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
        training: {epochs: 5, learningRate: 0.5}
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

  private JsonNode awaitTask(Wanted wanted) throws Exception {
    return coordinator.await(wanted, "task", "show", "digits");
  }

  private List<JsonNode> awaitChanges(int count) throws Exception {
    coordinator.await(
        list ->
            list.path("channels").size() == 1
                && list.path("channels").get(0).path("changes").asInt() >= count,
        "channel",
        "list");
    return changes();
  }

  /** The oldest first. */
  private List<JsonNode> changes() throws Exception {
    List<JsonNode> changes = new ArrayList<>();
    ask("channel", "history", CHANNEL).path("changes").forEach(changes::addFirst);
    return changes;
  }

  /** What the channel gives to all devices, whatever the task has come to meanwhile. */
  private String releasedVersion() throws Exception {
    JsonNode manifest = ask("channel", "show", CHANNEL).path("release");
    return changes().stream()
        .filter(change -> change.path("manifest").equals(manifest))
        .map(change -> change.path("version").asText())
        .findFirst()
        .orElseThrow();
  }

  /** A channel moves first and is published after it, so a device may come too early. */
  private void awaitVersion(ModelDevice reader, String version) throws Exception {
    coordinator.await(channel -> gets(reader, version), "channel", "show", CHANNEL);
    assertThat(reader.versionThatAnswers(ONE)).isEqualTo(version);
  }

  private static boolean gets(ModelDevice reader, String version) throws Exception {
    reader.refresh();
    return reader.hasModel() && reader.version().equals(version);
  }

  /** The version that a run ended with, of so many published rounds in all. */
  private String finished(int publishedCount) throws Exception {
    JsonNode task =
        awaitTask(
            shown ->
                shown.path("status").asText().equals("FINISHED")
                    && shown.path("publishedCount").asInt() == publishedCount);
    return task.path("latest").path("digest").asText();
  }

  /** Until the newest version was measured often enough to be compared with what comes. */
  private void awaitReference() throws Exception {
    awaitTask(task -> task.path("latest").path("evaluations").size() >= 2);
  }

  @Test
  void dataThatMove_leadToANewVersionInTheChannel_withoutAHand() throws Exception {
    tasks(
        "{drift: {evaluatedBy: check, window: 2, stabilityIndex: 0.25, minimumExamples: 20},"
            + " promote: {channel: stable, kinds: [int8]}}");
    enrolReaders(1);
    assertThat(awaitChanges(1).getFirst().path("reason").asText())
        .isEqualTo("task digits finished: 2 rounds published");
    String first = finished(2);
    assertThat(releasedVersion()).isEqualTo(first);
    awaitVersion(readers.getFirst(), first);
    awaitReference();

    examples = mostly(1);
    List<JsonNode> changes = awaitChanges(2);

    assertThat(changes)
        .extracting(change -> change.path("action").asText())
        .containsExactly("RELEASED", "RELEASED");
    String second = finished(4);
    assertThat(releasedVersion()).isEqualTo(second).isNotEqualTo(first);
    awaitVersion(readers.getFirst(), second);
  }

  @Test
  void accuracyThatDrops_whileTheMixOfClassesStays_leadsToARunThatLearnsTheNewData()
      throws Exception {
    examples = balanced(false);
    tasks(
        "{drift: {evaluatedBy: check, window: 2, accuracyDrop: 0.3, minimumExamples: 20},"
            + " promote: {channel: stable}}");
    awaitChanges(1);
    String first = finished(2);
    awaitReference();
    assertThat(accuracy()).isGreaterThan(0.9);

    examples = balanced(true);
    awaitChanges(2);

    String second = finished(4);
    assertThat(releasedVersion()).isEqualTo(second).isNotEqualTo(first);
    awaitReference();
    assertThat(accuracy()).isGreaterThan(0.9);
  }

  /** As the newest evaluation round of the newest version measured it. */
  private double accuracy() throws Exception {
    JsonNode evaluations = ask("task", "show", "digits").path("latest").path("evaluations");
    return evaluations.get(evaluations.size() - 1).path("metrics").path("accuracy").asDouble();
  }

  @Test
  void versionAfterDrift_waitsForApproval_andDevicesKeepTheReleaseMeanwhile() throws Exception {
    tasks(
        "{drift: {evaluatedBy: check, window: 2, stabilityIndex: 0.25, minimumExamples: 20},"
            + " promote: {channel: stable, approval: true,"
            + " plan: {permyriads: [10000], minimumSeconds: 0, gates: "
            + GATES
            + "}}}");
    enrolReaders(1);
    ModelDevice reader = readers.getFirst();
    awaitChanges(1);
    ask("channel", "approve", CHANNEL);
    String first = finished(2);
    awaitVersion(reader, first);
    awaitReference();

    examples = mostly(1);
    String second = finished(4);
    List<JsonNode> changes = awaitChanges(3);
    assertThat(changes)
        .extracting(change -> change.path("action").asText())
        .containsExactly("PROPOSED", "RELEASED", "PROPOSED");
    int measured = evaluationCount();
    awaitTask(task -> task.path("latest").path("evaluations").size() > measured + 4);
    assertThat(changes()).hasSize(3);
    assertThat(releasedVersion()).isEqualTo(first);
    assertThat(reader.refresh()).isInstanceOf(UpdateOutcome.UpToDate.class);
    assertThat(reader.version()).isEqualTo(first);

    ask("channel", "approve", CHANNEL);
    awaitVersion(reader, second);
    reader.call(ONE, 30);
    reader.report();
    awaitChanges(5);
    assertThat(releasedVersion()).isEqualTo(second);
  }

  private int evaluationCount() throws Exception {
    return ask("task", "show", "digits").path("latest").path("evaluations").size();
  }

  @Test
  void versionAfterDrift_reachesAllDevices_inStages_asTheirReportsKeepTheGates() throws Exception {
    tasks(
        "{drift: {evaluatedBy: check, window: 2, stabilityIndex: 0.25, minimumExamples: 20},"
            + " promote: {channel: stable,"
            + " plan: {permyriads: [5000, 8000, 10000], minimumSeconds: 0, gates: "
            + GATES
            + "}}}");
    enrolReaders(READERS);
    awaitChanges(1);
    String first = finished(2);
    for (ModelDevice reader : readers) {
      awaitVersion(reader, first);
    }
    awaitReference();

    examples = mostly(1);
    String second = finished(4);
    // 20 devices of which each gets it first with probability .5: none, which would wait for ever,
    // or all, with less than 2e-6.
    coordinator.await(channel -> refreshed(second) > 0, "channel", "show", CHANNEL);
    assertThat(refreshed(second)).isLessThan(READERS);
    for (int stage = 0; stage < 3; stage++) {
      for (ModelDevice reader : readers) {
        reader.refresh();
        reader.call(ONE, 30);
        reader.report();
      }
      awaitChanges(3 + stage);
    }

    assertThat(releasedVersion()).isEqualTo(second);
    for (ModelDevice reader : readers) {
      awaitVersion(reader, second);
    }
    assertThat(changes())
        .extracting(change -> change.path("action").asText())
        .containsExactly("RELEASED", "WIDENED", "WIDENED", "WIDENED", "RELEASED");
    assertThat(changes().subList(2, 5))
        .allSatisfy(change -> assertThat(change.path("actor").asText()).isEqualTo("gates"));
  }

  /** How many run a version after they have looked. */
  private int refreshed(String version) throws Exception {
    int count = 0;
    for (ModelDevice reader : readers) {
      reader.refresh();
      count += reader.version().equals(version) ? 1 : 0;
    }
    return count;
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
