package dev.tributary.simulations.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tributary.client.model.UpdateCause;
import dev.tributary.client.model.UpdateOutcome;
import dev.tributary.security.identity.BearerToken;
import dev.tributary.security.identity.DeviceKeyPair;
import dev.tributary.security.metadata.MetadataRole;
import dev.tributary.security.metadata.RootMetadata;
import dev.tributary.security.metadata.SignedMetadata;
import dev.tributary.security.metadata.signing.MetadataSigner;
import dev.tributary.security.metadata.signing.RootDraft;
import dev.tributary.security.metadata.signing.RootPlan;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What devices refuse, their operator sees: also of devices that have no model yet, or have one and
 * do nothing with it. Over HTTP, with a real coordinator and the real SDK.
 */
@Timeout(120)
class RefusedUpdatesTest {

  private static final String POPULATION = "pens";

  @TempDir private Path folder;
  private final SecureRandom random = new SecureRandom();
  private final List<ModelDevice> devices = new ArrayList<>();
  private OperatedCoordinator coordinator;
  private SignedMetadata<RootMetadata> root;
  private BearerToken token;
  private String version;

  @BeforeEach
  void publish() throws Exception {
    coordinator = OperatedCoordinator.start(folder, "publishing.reportSeconds=0");
    coordinator.ask("population", "create", POPULATION);
    root = coordinator.installRoot();
    token = coordinator.token(POPULATION, 10);
    Path task =
        Files.writeString(
            folder.resolve("task.yaml"),
            """
            name: digits
            population: pens
            model: {format: tributary-model/1, input: [3], layers: [{type: linear, units: 2}],
                    loss: softmax-cross-entropy, classes: 2}
            protocol: plain
            cohort: {target: 1000, minimum: 1000}
            """);
    version =
        coordinator.ask("task", "create", task.toString()).path("latest").path("digest").asText();
    coordinator.ask("model", "promote", version, "--channel", "pens/stable");
  }

  @AfterEach
  void stop() throws Exception {
    for (ModelDevice device : devices) {
      device.close();
    }
    coordinator.close();
  }

  private ModelDevice device(SignedMetadata<RootMetadata> shipped) throws Exception {
    Path home = Files.createDirectory(folder.resolve("device-" + devices.size()));
    devices.add(new ModelDevice(coordinator.uri(), shipped, POPULATION, token, home));
    return devices.getLast();
  }

  /** Of another holder, with other online keys. */
  private SignedMetadata<RootMetadata> foreignRoot() {
    MetadataSigner holder = new MetadataSigner(DeviceKeyPair.generate(random));
    RootPlan plan =
        RootPlan.first(1, Instant.now().plus(Duration.ofDays(1)))
            .with(MetadataRole.ROOT, holder.key());
    for (MetadataRole role :
        List.of(MetadataRole.TARGETS, MetadataRole.SNAPSHOT, MetadataRole.TIMESTAMP)) {
      plan = plan.with(role, new MetadataSigner(DeviceKeyPair.generate(random)).key());
    }
    return RootDraft.unsigned(plan, Optional.empty()).signedBy(holder).file();
  }

  private void assertRefusals(Map<String, Integer> expected) throws Exception {
    JsonNode answer = coordinator.ask("channel", "refusals");
    assertThat(answer.path("devices")).isEqualTo(new ObjectMapper().valueToTree(expected));
    String text = coordinator.text("channel", "refusals");
    assertThat(text.lines()).hasSize(1 + expected.size());
    expected.forEach((cause, count) -> assertThat(text).containsPattern(cause + " +" + count));
  }

  private static void assertKept(UpdateOutcome outcome, String code) {
    assertThat(outcome)
        .isInstanceOfSatisfying(
            UpdateOutcome.Kept.class, kept -> assertThat(kept.code()).isEqualTo(code));
  }

  @Test
  void metadataThatTheShippedRootDoesNotKnow_isReportedByADeviceWithoutAModel() throws Exception {
    assertRefusals(Map.of());
    ModelDevice device = device(foreignRoot());
    assertKept(device.refresh(), "metadata/not-signed");
    assertThat(device.hasModel()).isFalse();
    device.report();
    device.report();
    assertRefusals(Map.of("metadata/not-signed", 1));
  }

  @Test
  void metadataThatSomebodyHoldsBack_isReportedByAnIdleDevice_untilItIsOver() throws Exception {
    ModelDevice device = device(root);
    ModelDevice other = device(foreignRoot());
    assertThat(device.refresh()).isInstanceOf(UpdateOutcome.Switched.class);
    device.report();
    assertRefusals(Map.of());

    // What it is shown is two days old by its clock.
    assertKept(device.refresh(Instant.now().plus(Duration.ofDays(2))), "metadata/expired");
    device.report();
    other.refresh();
    other.report();
    assertRefusals(Map.of("metadata/expired", 1, "metadata/not-signed", 1));

    assertThat(device.refresh()).isInstanceOf(UpdateOutcome.UpToDate.class);
    device.report();
    assertRefusals(Map.of("metadata/not-signed", 1));
  }

  @Test
  void fileThatWasTamperedWithOnTheCoordinator_isReportedByEachDevice_untilItIsWhole()
      throws Exception {
    // Of a model as small as this one the weights themselves are the smallest file.
    Path file = folder.resolve("state").resolve("models").resolve(version + ".safetensors");
    byte[] honest = Files.readAllBytes(file);
    byte[] tampered = honest.clone();
    tampered[honest.length - 1] ^= 1;
    Files.write(file, tampered);

    ModelDevice one = device(root);
    ModelDevice two = device(root);
    for (ModelDevice device : devices) {
      assertKept(device.refresh(), UpdateCause.WRONG_FILE.code());
      device.report();
    }
    assertThat(one.hasModel() || two.hasModel()).isFalse();
    assertRefusals(Map.of("wrong-file", 2));

    Files.write(file, honest);
    for (ModelDevice device : devices) {
      assertThat(device.refresh()).isInstanceOf(UpdateOutcome.Switched.class);
      device.report();
    }
    assertRefusals(Map.of());
  }
}
