package dev.tributary.simulations.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.PopulationName;
import dev.tributary.aggregation.protocol.SdkVersion;
import dev.tributary.aggregation.publish.ChannelName;
import dev.tributary.aggregation.runtime.Examples;
import dev.tributary.client.model.HealthReporter;
import dev.tributary.client.model.ModelStore;
import dev.tributary.client.model.ModelStoreSettings;
import dev.tributary.client.model.UpdateCause;
import dev.tributary.client.model.UpdateOutcome;
import dev.tributary.client.model.artifact.ArtifactLoader;
import dev.tributary.client.model.artifact.SafetensorsLoader;
import dev.tributary.client.model.artifact.StoredModel;
import dev.tributary.client.model.artifact.VersionDeltas;
import dev.tributary.client.model.predict.Predictor;
import dev.tributary.client.session.DeviceClock;
import dev.tributary.client.transport.HttpTransport;
import dev.tributary.client.transport.link.CoordinatorLink;
import dev.tributary.security.identity.BearerToken;
import dev.tributary.security.identity.DeviceKeyPair;
import dev.tributary.security.metadata.RootMetadata;
import dev.tributary.security.metadata.SignedMetadata;
import dev.tributary.security.metadata.SnapshotMetadata;
import dev.tributary.security.metadata.TimestampMetadata;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Optional;

/** A device that looks for models in {@code stable}, runs what it has, and says how that goes. */
final class ModelDevice implements AutoCloseable {

  private final DeviceKeyPair keys;
  private final Predictor predictor;
  private final CoordinatorLink link;
  private final ModelStore store;
  private final Path home;
  private HealthReporter reporter;
  private UpdateOutcome last =
      new UpdateOutcome.Kept(UpdateCause.UNREACHABLE, Optional.empty(), "not asked yet");

  /**
   * Enrols one.
   *
   * @param home an empty folder
   */
  ModelDevice(
      URI coordinator,
      SignedMetadata<RootMetadata> root,
      String population,
      BearerToken token,
      Path home)
      throws Exception {
    this(coordinator, root, population, token, home, new SafetensorsLoader());
  }

  /** Enrols one that runs what this loads. */
  ModelDevice(
      URI coordinator,
      SignedMetadata<RootMetadata> root,
      String population,
      BearerToken token,
      Path home,
      ArtifactLoader loader)
      throws Exception {
    this(
        DeviceKeyPair.generate(new SecureRandom()),
        coordinator,
        root,
        population,
        token,
        home,
        loader);
  }

  /** Enrols one with keys, which it destroys at its end. */
  ModelDevice(
      DeviceKeyPair keys,
      URI coordinator,
      SignedMetadata<RootMetadata> root,
      String population,
      BearerToken token,
      Path home,
      ArtifactLoader loader)
      throws Exception {
    PopulationName name = new PopulationName(population);
    this.keys = keys;
    this.home = home;
    predictor = Predictor.withRuntime("java", loader);
    link = new CoordinatorLink(HttpTransport.to(coordinator), keys, DeviceClock.system());
    link.enrol(name, token, SdkVersion.of("1.0.0"));
    store =
        ModelStore.open(
            new ModelStoreSettings(
                home, root, name, ChannelName.STABLE, DeviceId.of(keys.publicKey()), 1 << 20),
            link,
            loader,
            new VersionDeltas());
    reporter = HealthReporter.open(home);
  }

  UpdateOutcome refresh() throws Exception {
    return refresh(Instant.now());
  }

  /** Looks for an update by a clock of its own. */
  UpdateOutcome refresh(Instant now) throws Exception {
    last = store.refresh(now, predictor);
    if (last instanceof UpdateOutcome.Switched switched) {
      reporter.runs(switched.model());
    }
    return last;
  }

  /** As a process that is killed: nothing is closed, and the next one finds what it left. */
  void die() throws Exception {
    reporter = HealthReporter.open(home);
  }

  boolean hasModel() {
    return store.current().isPresent();
  }

  StoredModel model() {
    return store.current().orElseThrow();
  }

  String version() {
    return model().version().hex();
  }

  void call(Examples examples, int times) {
    for (int i = 0; i < times; i++) {
      predictor.predict(examples);
    }
  }

  /** The version that answers a call. */
  String versionThatAnswers(Examples examples) {
    return predictor.predict(examples).version().hex();
  }

  /** The versions of a repository's metadata. */
  record MetadataVersions(long timestamp, long snapshot, long targets) {}

  /** What the coordinator serves now. */
  MetadataVersions metadata() throws Exception {
    TimestampMetadata timestamp = SignedMetadata.timestamp(file("timestamp.json")).metadata();
    long snapshot = timestamp.snapshot().version();
    SnapshotMetadata listed = SignedMetadata.snapshot(file(snapshot + ".snapshot.json")).metadata();
    assertThat(listed.version()).isEqualTo(snapshot);
    return new MetadataVersions(timestamp.version(), snapshot, listed.targets().version());
  }

  private byte[] file(String name) throws Exception {
    return link.metadata(name, 1 << 20).orElseThrow();
  }

  void report() throws Exception {
    reporter.report(link, predictor, last);
  }

  @Override
  public void close() throws IOException {
    predictor.close();
    reporter.close();
    keys.destroy();
  }
}
