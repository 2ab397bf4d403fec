package dev.tributary.client.model;

import static dev.tributary.client.model.InstalledDevice.ONE;
import static dev.tributary.client.model.InstalledDevice.TWO;
import static dev.tributary.client.testing.ModelRepository.NOW;
import static dev.tributary.client.testing.ModelRepository.POPULATION;
import static dev.tributary.client.testing.ModelRepository.model;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.aggregation.protocol.PopulationName;
import dev.tributary.aggregation.publish.ChannelFile;
import dev.tributary.aggregation.publish.ChannelName;
import dev.tributary.aggregation.publish.FileDigest;
import dev.tributary.aggregation.publish.TargetPaths;
import dev.tributary.aggregation.publish.VersionManifest;
import dev.tributary.client.model.artifact.ModelUser;
import dev.tributary.client.model.artifact.UnusableModelException;
import dev.tributary.security.metadata.trust.TrustRefusal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Everything that may come between a device and a newer model: each is refused by its cause. */
class ModelStoreAttackTest {

  @TempDir Path folder;
  private InstalledDevice device;

  @BeforeEach
  void install() throws Exception {
    device = new InstalledDevice(folder.resolve("models"));
  }

  @Test
  void replayedTimestamp_isRefused() throws Exception {
    byte[] old = device.repository.metadata.get("timestamp.json");
    device.repository.release(device.repository.version(TWO));
    device.switched();
    device.repository.metadata.put("timestamp.json", old);
    UpdateOutcome outcome = device.store.refresh(NOW, ModelUser.NONE);
    assertThat(outcome)
        .isInstanceOfSatisfying(
            UpdateOutcome.Kept.class,
            refused -> {
              assertThat(refused.metadata()).contains(TrustRefusal.ROLLBACK);
              assertThat(refused.code()).isEqualTo("metadata/rollback");
            });
    device.assertRuns(TWO);
    device.restart();
    assertThat(((UpdateOutcome.Kept) device.store.refresh(NOW, ModelUser.NONE)).code())
        .as("after a restart too")
        .isEqualTo("metadata/rollback");
  }

  @Test
  void expiredMetadata_isRefused() throws Exception {
    assertThat(device.kept(NOW.plus(Duration.ofDays(2))).metadata()).contains(TrustRefusal.EXPIRED);
  }

  @Test
  void metadataOfSomebodyElse_isRefused() throws Exception {
    Map<String, byte[]> honest = new TreeMap<>(device.repository.metadata);
    device.repository.release(device.repository.version(TWO));
    byte[] timestamp = requireNonNull(device.repository.metadata.get("timestamp.json")).clone();
    timestamp["{\"signatures\":[{\"keyid\":\"".length() + 75] ^= 1;
    device.repository.metadata.put("timestamp.json", timestamp);
    assertThat(device.kept(NOW).cause()).isEqualTo(UpdateCause.METADATA);
    device.repository.metadata.putAll(honest);
    assertThat(device.store.refresh(NOW, ModelUser.NONE))
        .isInstanceOf(UpdateOutcome.UpToDate.class);
  }

  private String newest(String role) {
    return device.repository.metadata.keySet().stream()
        .filter(name -> name.endsWith("." + role + ".json"))
        .max(
            Comparator.comparingInt(name -> Integer.parseInt(name.substring(0, name.indexOf('.')))))
        .orElseThrow();
  }

  /** Each file is signed by the right key and unexpired; they were never published together. */
  @ParameterizedTest
  @ValueSource(strings = {"snapshot", "targets"})
  void signedFileOfAnotherTime_amongTheCurrentOnes_isRefused(String role) throws Exception {
    byte[] old = requireNonNull(device.repository.metadata.get(newest(role)));
    device.repository.release(device.repository.version(TWO));
    byte[] honest = requireNonNull(device.repository.metadata.put(newest(role), old));
    assertThat(honest).isNotEqualTo(old);

    UpdateOutcome.Kept kept = device.kept(NOW);
    assertThat(kept.cause()).isEqualTo(UpdateCause.METADATA);
    assertThat(kept.code()).isEqualTo("metadata/wrong-digest");
    device.restart();
    assertThat(device.kept(NOW).metadata()).contains(TrustRefusal.WRONG_DIGEST);

    device.repository.metadata.put(newest(role), honest);
    device.switched();
    device.assertRuns(TWO);
  }

  /** Which file of the way is exchanged. */
  enum Exchanged {
    CHANNEL,
    MANIFEST,
    ARTIFACT
  }

  private String served(Exchanged file, VersionManifest version) {
    return switch (file) {
      case CHANNEL ->
          FileDigest.of(
                  new ChannelFile(ChannelName.STABLE, version.digest(), Optional.empty()).encode())
              .hex();
      case MANIFEST -> version.digest().hex();
      case ARTIFACT -> version.artifacts().get(0).file().hex();
    };
  }

  @ParameterizedTest
  @EnumSource(Exchanged.class)
  void otherBytes_areRefused(Exchanged file) throws Exception {
    VersionManifest two = device.repository.version(TWO);
    device.repository.release(two);
    String name = served(file, two);
    byte[] honest = requireNonNull(device.repository.targets.get(name));
    byte[] flipped = honest.clone();
    flipped[honest.length - 1] ^= 1;
    for (byte[] other :
        List.of(flipped, Arrays.copyOf(honest, honest.length + 1), new byte[1 << 16])) {
      device.repository.targets.put(name, other);
      assertThat(device.cause()).isIn(UpdateCause.WRONG_FILE, UpdateCause.UNREACHABLE);
    }
    device.repository.targets.put(name, honest);
    device.switched();
    device.assertRuns(TWO);
  }

  @Test
  void filesThatNobodySigned_areRefused() throws Exception {
    VersionManifest two = device.repository.version(TWO);
    device.repository.unlist(TargetPaths.artifact(POPULATION, FileDigest.of(TWO)));
    device.repository.release(two);
    assertThat(device.cause()).isEqualTo(UpdateCause.NO_FILE);

    device.repository.version(TWO);
    device.repository.unlist(TargetPaths.manifest(POPULATION, two.digest()));
    device.repository.release(two);
    assertThat(device.cause()).isEqualTo(UpdateCause.NO_MANIFEST);

    device.repository.unlist(TargetPaths.channel(POPULATION, ChannelName.STABLE));
    device.repository.sign();
    assertThat(device.cause()).isEqualTo(UpdateCause.NO_CHANNEL);
  }

  @Test
  void fileUnderTheNameOfAnother_isRefused() throws Exception {
    VersionManifest two = device.repository.version(TWO);
    device.repository.list(TargetPaths.artifact(POPULATION, FileDigest.of(TWO)), model(66));
    device.repository.release(two);
    assertThat(device.cause()).isEqualTo(UpdateCause.NO_FILE);
  }

  @Test
  void channelOfAnotherName_andManifestOfAnotherPopulation_areRefused() throws Exception {
    device.repository.list(
        TargetPaths.channel(POPULATION, ChannelName.STABLE),
        new ChannelFile(new ChannelName("canary"), device.first.digest(), Optional.empty())
            .encode());
    device.repository.sign();
    assertThat(device.cause()).isEqualTo(UpdateCause.MALFORMED_CHANNEL);

    VersionManifest honest = device.repository.version(TWO);
    VersionManifest foreign =
        new VersionManifest(
            new PopulationName("others"),
            honest.version(),
            honest.spec(),
            honest.origin(),
            List.of(),
            honest.artifacts(),
            List.of());
    device.repository.release(device.repository.add(foreign, TWO));
    assertThat(device.cause()).isEqualTo(UpdateCause.MALFORMED_MANIFEST);

    byte[] rubbish = {'{', '}'};
    device.repository.list(TargetPaths.manifest(POPULATION, FileDigest.of(rubbish)), rubbish);
    device.repository.release(FileDigest.of(rubbish), Optional.empty());
    assertThat(device.cause()).isEqualTo(UpdateCause.MALFORMED_MANIFEST);
  }

  @Test
  void modelThatDoesNotRun_isNotInstalled() throws Exception {
    device.repository.release(device.repository.version(TWO));
    UpdateOutcome outcome =
        device.store.refresh(
            NOW,
            model -> {
              throw new UnusableModelException("it does not run");
            });
    assertThat(outcome)
        .isInstanceOfSatisfying(
            UpdateOutcome.Kept.class,
            refused -> assertThat(refused.cause()).isEqualTo(UpdateCause.UNUSABLE_MODEL));
    device.assertRuns(ONE);
    assertThat(device.switched().way())
        .as("it is here already")
        .isEqualTo(UpdateOutcome.Way.PRESENT);
  }
}
