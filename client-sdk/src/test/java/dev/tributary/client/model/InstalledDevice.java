package dev.tributary.client.model;

import static dev.tributary.client.testing.ModelRepository.NOW;
import static dev.tributary.client.testing.ModelRepository.POPULATION;
import static dev.tributary.client.testing.ModelRepository.model;
import static dev.tributary.client.testing.ModelRepository.versionOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.publish.ChannelName;
import dev.tributary.aggregation.publish.VersionManifest;
import dev.tributary.client.model.artifact.ArtifactLoader;
import dev.tributary.client.model.artifact.DeltaDecoder;
import dev.tributary.client.model.artifact.ModelUser;
import dev.tributary.client.model.artifact.SafetensorsLoader;
import dev.tributary.client.model.artifact.StoredModel;
import dev.tributary.client.testing.ModelRepository;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;

/** A device with the first model installed, and the repository that it came from. */
final class InstalledDevice {

  static final DeviceId DEVICE = new DeviceId("0123456789abcdef0123456789abcdef");
  static final byte[] ONE = model(1);
  static final byte[] TWO = model(2);

  final ModelRepository repository = new ModelRepository();
  final VersionManifest first = repository.version(ONE);
  final Path folder;
  ModelStore store;

  InstalledDevice(Path folder) throws Exception {
    this.folder = folder;
    repository.release(first);
    restart();
    assertThat(store.current()).isEmpty();
    assertThat(store.refresh(NOW, ModelUser.NONE)).isInstanceOf(UpdateOutcome.Switched.class);
    repository.asked.clear();
  }

  void restart() throws IOException {
    store = open(DeltaDecoder.NONE, new SafetensorsLoader());
  }

  ModelStore open(DeltaDecoder deltas, ArtifactLoader loader) throws IOException {
    return ModelStore.open(settings(), repository, loader, deltas);
  }

  ModelStore open(ModelDisk disk) throws IOException {
    return ModelStore.open(
        settings(), repository, new SafetensorsLoader(), DeltaDecoder.NONE, disk);
  }

  private ModelStoreSettings settings() {
    return new ModelStoreSettings(
        folder, ModelRepository.shippedRoot(), POPULATION, ChannelName.STABLE, DEVICE, 1 << 20);
  }

  void assertRuns(byte[] model) throws IOException {
    StoredModel current = store.current().orElseThrow();
    assertThat(current.version()).isEqualTo(versionOf(model));
    assertThat(current.path()).hasBinaryContent(model);
    assertThat(open(DeltaDecoder.NONE, new SafetensorsLoader()).current())
        .as("after a restart")
        .contains(current);
  }

  /** Refreshes, and sees that the first model stays. */
  UpdateOutcome.Kept kept(Instant now) throws Exception {
    UpdateOutcome outcome = store.refresh(now, ModelUser.NONE);
    assertThat(outcome).isInstanceOf(UpdateOutcome.Kept.class);
    assertRuns(ONE);
    return (UpdateOutcome.Kept) outcome;
  }

  UpdateCause cause() throws Exception {
    return kept(NOW).cause();
  }

  UpdateOutcome.Switched switched() throws Exception {
    UpdateOutcome outcome = store.refresh(NOW, ModelUser.NONE);
    assertThat(outcome).isInstanceOf(UpdateOutcome.Switched.class);
    return (UpdateOutcome.Switched) outcome;
  }
}
