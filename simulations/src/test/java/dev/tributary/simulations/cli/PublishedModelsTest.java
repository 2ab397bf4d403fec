package dev.tributary.simulations.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.publish.ChannelFile;
import dev.tributary.aggregation.runtime.Examples;
import dev.tributary.client.model.UpdateOutcome;
import dev.tributary.client.model.artifact.SafetensorsLoader;
import dev.tributary.security.identity.BearerToken;
import dev.tributary.security.identity.DeviceKeyPair;
import dev.tributary.security.metadata.RootMetadata;
import dev.tributary.security.metadata.SignedMetadata;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * From a version to the devices that run it and back, over HTTP: an operator's command line, a real
 * coordinator, devices of the real SDK.
 */
@Timeout(120)
class PublishedModelsTest {

  private static final String POPULATION = "pens";
  private static final String CHANNEL = "pens/stable";
  private static final int DEVICES = 24;
  private static final Examples GOOD = Examples.of(new float[] {1, 2, 3}, 3, new int[] {0});

  /** Whatever the weights, no answer to it is finite: every call counts as a failed one. */
  private static final Examples UNANSWERABLE =
      Examples.of(new float[] {Float.NaN, 2, 3}, 3, new int[] {0});

  @TempDir private Path folder;
  private final SecureRandom random = new SecureRandom();
  private OperatedCoordinator coordinator;
  private SignedMetadata<RootMetadata> root;
  private final List<ModelDevice> devices = new ArrayList<>();

  @BeforeEach
  void publish() throws Exception {
    coordinator =
        OperatedCoordinator.start(
            folder, "publishing.reviewSeconds=1", "publishing.reportSeconds=0");
    ask("population", "create", POPULATION);
    root = coordinator.installRoot();
    BearerToken token = coordinator.token(POPULATION, DEVICES);
    for (int i = 0; i < DEVICES; i++) {
      Path home = Files.createDirectory(folder.resolve("device-" + i));
      devices.add(new ModelDevice(coordinator.uri(), root, POPULATION, token, home));
    }
  }

  @AfterEach
  void stop() throws Exception {
    for (ModelDevice device : devices) {
      device.close();
    }
    coordinator.close();
  }

  /** A task's initial model is a version; another seed gives another. */
  private String version(int seed) throws Exception {
    Path file = folder.resolve("task-" + seed + ".yaml");
    Files.writeString(
        file,
        """
        name: task-%d
        population: pens
        model: {format: tributary-model/1, input: [3], layers: [{type: linear, units: 2}],
                loss: softmax-cross-entropy, classes: 2}
        seed: %d
        protocol: plain
        cohort: {target: 1000, minimum: 1000}
        """
            .formatted(seed, seed));
    return ask("task", "create", file.toString()).path("latest").path("digest").asText();
  }

  private JsonNode ask(String... words) throws Exception {
    return coordinator.ask(words);
  }

  private JsonNode stagedPromotion(String version) throws Exception {
    return stagedPromotion(version, 1);
  }

  private JsonNode stagedPromotion(String version, double maximumCrashRate) throws Exception {
    return stagedPromotion(version, maximumCrashRate, "40,70,100");
  }

  private JsonNode stagedPromotion(String version, double maximumCrashRate, String stages)
      throws Exception {
    return ask(
        "model",
        "promote",
        version,
        "--channel",
        CHANNEL,
        "--stages",
        stages,
        "--minimum-seconds",
        "0",
        "--gates",
        "{\"minimumDevices\":1,\"minimumCalls\":20,\"maximumCallFailureRate\":0.3,"
            + "\"maximumLoadFailureRate\":1,\"maximumCrashRate\":"
            + maximumCrashRate
            + ","
            + "\"maximumLatencyRatio\":null,\"maximumAccuracyLoss\":null}");
  }

  /** Until the coordinator's next review has moved the channel. */
  private JsonNode awaitChange(long changes) throws Exception {
    JsonNode channel = ask("channel", "show", CHANNEL);
    while (channel.path("changes").asLong() == changes) {
      channel = ask("channel", "show", CHANNEL);
    }
    return channel;
  }

  private List<ModelDevice> running(String version) {
    return devices.stream().filter(device -> device.version().equals(version)).toList();
  }

  private void refreshAll() throws Exception {
    for (ModelDevice device : devices) {
      assertThat(device.refresh())
          .isInstanceOfAny(UpdateOutcome.Switched.class, UpdateOutcome.UpToDate.class);
    }
  }

  @Test
  void versionThatFailsItsGate_reachesNobodyElse_andIsRolledBackUnderNewerMetadata()
      throws Exception {
    String old = version(1);
    String bad = version(2);
    ask("model", "promote", old, "--channel", CHANNEL);
    refreshAll();
    assertThat(running(old)).hasSize(DEVICES);

    JsonNode staged = stagedPromotion(bad);
    assertThat(staged.path("rollout").path("permyriad").asInt()).isEqualTo(4_000);
    assertThat(staged.path("releaseVersion").asText()).isEqualTo(old);
    assertThat(staged.path("rollout").path("version").asText()).isEqualTo(bad);
    assertThat(coordinator.text("channel", "show", CHANNEL)).contains(old, bad);
    refreshAll();
    ModelDevice.MetadataVersions withTheBad = devices.getFirst().metadata();
    List<ModelDevice> first = running(bad);
    // 24 devices of which each gets it with probability .4: none, or all, with less than 5e-6.
    assertThat(first).isNotEmpty().hasSizeLessThan(DEVICES);
    for (ModelDevice device : first) {
      device.call(UNANSWERABLE, 50);
      device.report();
    }
    JsonNode after = awaitChange(staged.path("changes").asLong());

    assertThat(after.path("release")).isEqualTo(staged.path("release"));
    assertThat(after.has("rollout")).isFalse();
    assertThat(after.path("releaseVersion").asText()).isEqualTo(old);
    JsonNode changes = ask("channel", "history", CHANNEL).path("changes");
    assertThat(changes)
        .extracting(change -> change.path("action").asText())
        .containsExactly("ROLLED_BACK", "WIDENED", "RELEASED");
    assertThat(changes.get(0).path("actor").asText()).isEqualTo("gates");
    assertThat(changes.get(0).path("reason").asText()).contains("failed calls");
    for (ModelDevice device : first) {
      assertThat(device.refresh())
          .isInstanceOfSatisfying(
              UpdateOutcome.Switched.class,
              back -> {
                assertThat(back.model().version().hex()).isEqualTo(old);
                assertThat(back.way()).isEqualTo(UpdateOutcome.Way.PRESENT);
              });
    }
    refreshAll();
    assertThat(running(old)).hasSize(DEVICES);
    // The older model came under newer files: to a device a rollback is no replay.
    ModelDevice.MetadataVersions withoutIt = devices.getFirst().metadata();
    assertThat(withoutIt.timestamp()).isGreaterThan(withTheBad.timestamp());
    assertThat(withoutIt.snapshot()).isGreaterThan(withTheBad.snapshot());
    assertThat(withoutIt.targets()).isGreaterThan(withTheBad.targets());
  }

  /** The stages of the usual plan; devices are made for the buckets that they must be in. */
  @Test
  void versionThatFailsInTheOnePercentStage_neverReachesTheFivePercentStage() throws Exception {
    String old = version(1);
    String bad = version(2);
    ask("model", "promote", old, "--channel", CHANNEL);
    JsonNode staged = stagedPromotion(bad, 1, "1,5,25,100");
    assertThat(staged.path("rollout").path("permyriad").asInt()).isEqualTo(100);
    ChannelFile.Candidate candidate = publishedCandidate();
    List<ModelDevice> first = List.of(inBuckets(candidate, 0, 100), inBuckets(candidate, 0, 100));
    List<ModelDevice> others =
        List.of(inBuckets(candidate, 100, 500), inBuckets(candidate, 500, 10_000));
    refreshAll();
    assertThat(first).extracting(ModelDevice::version).containsOnly(bad);
    assertThat(others).extracting(ModelDevice::version).containsOnly(old);
    ModelDevice.MetadataVersions withTheBad = first.getFirst().metadata();
    for (ModelDevice device : first) {
      device.call(UNANSWERABLE, 50);
      device.report();
    }
    awaitChange(staged.path("changes").asLong());

    assertThat(ask("channel", "history", CHANNEL).path("changes"))
        .extracting(change -> change.path("action").asText())
        .as("the first stage is the last one")
        .containsExactly("ROLLED_BACK", "WIDENED", "RELEASED");
    refreshAll();
    assertThat(devices).extracting(ModelDevice::version).containsOnly(old);
    ModelDevice.MetadataVersions after = first.getFirst().metadata();
    assertThat(after.timestamp()).isGreaterThan(withTheBad.timestamp());
    assertThat(after.targets()).isGreaterThan(withTheBad.targets());
  }

  /** As every device of the channel reads it. */
  private ChannelFile.Candidate publishedCandidate() throws Exception {
    try (var files = Files.list(folder.resolve("state").resolve("artifacts"))) {
      for (Path file : files.toList()) {
        byte[] content = Files.readAllBytes(file);
        if (new String(content, StandardCharsets.UTF_8).contains("\"salt\"")) {
          return ChannelFile.decode(content).candidate().orElseThrow();
        }
      }
    }
    throw new AssertionError("no channel file names a candidate");
  }

  private ModelDevice inBuckets(ChannelFile.Candidate candidate, int from, int below)
      throws Exception {
    DeviceKeyPair keys = DeviceKeyPair.generate(random);
    int bucket = candidate.bucketOf(DeviceId.of(keys.publicKey()));
    while (bucket < from || bucket >= below) {
      keys.destroy();
      keys = DeviceKeyPair.generate(random);
      bucket = candidate.bucketOf(DeviceId.of(keys.publicKey()));
    }
    Path home = Files.createDirectory(folder.resolve("device-" + devices.size()));
    ModelDevice device =
        new ModelDevice(
            keys,
            coordinator.uri(),
            root,
            POPULATION,
            coordinator.token(POPULATION, 1),
            home,
            new SafetensorsLoader());
    devices.add(device);
    return device;
  }

  @Test
  void versionWhoseProcessesDie_isRolledBack_thoughEveryCallSucceeds() throws Exception {
    String old = version(1);
    String deadly = version(2);
    ask("model", "promote", old, "--channel", CHANNEL);
    refreshAll();
    JsonNode staged = stagedPromotion(deadly, 0.2);
    refreshAll();
    for (ModelDevice device : running(deadly)) {
      device.call(GOOD, 50);
      device.die();
      device.report();
    }
    assertThat(awaitChange(staged.path("changes").asLong()).has("rollout")).isFalse();
    JsonNode last = ask("channel", "history", CHANNEL).path("changes").get(0);
    assertThat(last.path("action").asText()).isEqualTo("ROLLED_BACK");
    assertThat(last.path("reason").asText()).contains("crashes");
  }

  @Test
  void versionThatKeepsItsGates_reachesAllDevices_stageByStage() throws Exception {
    String old = version(1);
    String good = version(2);
    ask("model", "promote", old, "--channel", CHANNEL, "--kinds", "int8");
    refreshAll();
    JsonNode channel = stagedPromotion(good);
    int before = 0;
    while (channel.has("rollout")) {
      refreshAll();
      List<ModelDevice> reached = running(good);
      assertThat(reached.size()).isGreaterThanOrEqualTo(before);
      before = reached.size();
      for (ModelDevice device : devices) {
        device.call(GOOD, 50);
        device.report();
      }
      channel = awaitChange(channel.path("changes").asLong());
    }
    refreshAll();
    assertThat(running(good)).hasSize(DEVICES);
    JsonNode changes = ask("channel", "history", CHANNEL).path("changes");
    assertThat(changes)
        .extracting(change -> change.path("action").asText())
        .containsExactly("RELEASED", "WIDENED", "WIDENED", "WIDENED", "RELEASED");
    assertThat(changes)
        .extracting(change -> change.path("version").asText())
        .containsExactly(good, good, good, good, old);
  }

  @Test
  void earlierVersion_comesBackByHand_andGarbageKeepsWhatThatNeeds() throws Exception {
    String old = version(1);
    String next = version(2);
    ask("model", "promote", old, "--channel", CHANNEL, "--kinds", "int8,fp16");
    ask("model", "promote", next, "--channel", CHANNEL, "--kinds", "int8,fp16");
    refreshAll();
    assertThat(running(next)).hasSize(DEVICES);
    long wouldGo = ask("model", "gc", "--dry-run").path("count").asLong();
    assertThat(ask("model", "gc").path("count").asLong()).isEqualTo(wouldGo);
    assertThat(ask("model", "gc").path("count").asLong()).isZero();
    ModelDevice.MetadataVersions before = devices.getFirst().metadata();
    ask("model", "rollback", CHANNEL, "--to", old.substring(0, 10), "--reason", "complaints");
    refreshAll();
    assertThat(running(old)).hasSize(DEVICES);
    ModelDevice.MetadataVersions after = devices.getFirst().metadata();
    assertThat(after.timestamp()).isGreaterThan(before.timestamp());
    assertThat(after.snapshot()).isGreaterThan(before.snapshot());
    assertThat(after.targets()).isGreaterThan(before.targets());
    Path out = folder.resolve("out.safetensors");
    JsonNode saved =
        ask("model", "export", old.substring(0, 6), "--kind", "int8", "--out", out.toString());
    assertThat(Files.size(out)).isEqualTo(saved.path("bytes").asLong());
    assertThat(ask("model", "diff", old, next).path("newer").path("version").asText())
        .isEqualTo(next);
  }

  @Test
  void versionsBeforeTheLastFiveReleases_areGarbage_andSayThatTheyAreGone() throws Exception {
    List<String> versions = new ArrayList<>();
    for (int seed = 1; seed <= 8; seed++) {
      versions.add(version(seed));
      ask("model", "promote", versions.get(seed - 1), "--channel", CHANNEL, "--kinds", "int8");
    }
    assertThat(ask("model", "gc").path("count").asLong()).isPositive();

    Path out = folder.resolve("out.safetensors");
    for (String kept : versions.subList(3, 8)) {
      ask("model", "export", kept, "--kind", "int8", "--out", out.toString());
    }
    for (String gone : versions.subList(0, 3)) {
      StringWriter err = new StringWriter();
      int exit =
          coordinator.run(
              new StringWriter(), err, "model", "export", gone, "--kind", "int8", "--out", "none");
      assertThat(exit).isNotZero();
      assertThat(err.toString()).contains(gone).contains("collected");
    }
  }
}
