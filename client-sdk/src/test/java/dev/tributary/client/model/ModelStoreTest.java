package dev.tributary.client.model;

import static dev.tributary.client.testing.ModelRepository.NOW;
import static dev.tributary.client.testing.ModelRepository.POPULATION;
import static dev.tributary.client.testing.ModelRepository.artifact;
import static dev.tributary.client.testing.ModelRepository.manifest;
import static dev.tributary.client.testing.ModelRepository.model;
import static dev.tributary.client.testing.ModelRepository.versionOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.aggregation.compress.ArtifactKind;
import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.model.ModelState;
import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.PopulationName;
import dev.tributary.aggregation.publish.ChannelFile;
import dev.tributary.aggregation.publish.ChannelName;
import dev.tributary.aggregation.publish.DeltaEntry;
import dev.tributary.aggregation.publish.FileDigest;
import dev.tributary.aggregation.publish.TargetPaths;
import dev.tributary.aggregation.publish.VersionManifest;
import dev.tributary.client.model.artifact.ArtifactLoader;
import dev.tributary.client.model.artifact.DeltaDecoder;
import dev.tributary.client.model.artifact.ModelUser;
import dev.tributary.client.model.artifact.SafetensorsLoader;
import dev.tributary.client.model.artifact.StoredModel;
import dev.tributary.client.model.artifact.UnusableModelException;
import dev.tributary.client.testing.ModelRepository;
import dev.tributary.security.metadata.trust.TrustRefusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A device with a model, a newer one published, and everything that may stand between. */
class ModelStoreTest {

  private static final DeviceId DEVICE = new DeviceId("0123456789abcdef0123456789abcdef");
  private static final byte[] ONE = model(1);
  private static final byte[] TWO = model(2);

  @TempDir Path folder;
  private final ModelRepository repository = new ModelRepository();
  private final VersionManifest first = repository.version(ONE);
  private ModelStore store;

  /** Deltas of one byte: 0 does not decode, 1 leads to the second model, 2 to nowhere. */
  private static final DeltaDecoder PLUS =
      new DeltaDecoder() {
        @Override
        public boolean supports(ArtifactKind kind) {
          return kind == ArtifactKind.FLOAT32;
        }

        @Override
        public byte[] decode(ArtifactKind kind, byte[] base, byte[] delta, int resultBytes)
            throws UnusableModelException {
          if (delta[0] == 0) {
            throw new UnusableModelException("starts with 0");
          }
          return delta[0] == 1 ? TWO : new byte[resultBytes];
        }
      };

  @BeforeEach
  void installTheFirst() throws Exception {
    repository.release(first);
    store = open(DeltaDecoder.NONE);
    assertThat(store.current()).isEmpty();
    assertThat(store.refresh(NOW, ModelUser.NONE)).isInstanceOf(UpdateOutcome.Switched.class);
    repository.asked.clear();
  }

  private ModelStore open(DeltaDecoder deltas) throws IOException {
    return open(deltas, new SafetensorsLoader());
  }

  private ModelStore open(DeltaDecoder deltas, ArtifactLoader loader) throws IOException {
    return ModelStore.open(
        new ModelStoreSettings(
            folder.resolve("models"),
            ModelRepository.shippedRoot(),
            POPULATION,
            ChannelName.STABLE,
            DEVICE,
            1 << 20),
        repository,
        loader,
        deltas);
  }

  private void assertRuns(byte[] model) throws IOException {
    StoredModel current = store.current().orElseThrow();
    assertThat(current.version()).isEqualTo(versionOf(model));
    assertThat(current.path()).hasBinaryContent(model);
    assertThat(open(DeltaDecoder.NONE).current()).as("after a restart").contains(current);
  }

  private UpdateOutcome.Kept kept(Instant now) throws Exception {
    UpdateOutcome outcome = store.refresh(now, ModelUser.NONE);
    assertThat(outcome).isInstanceOf(UpdateOutcome.Kept.class);
    assertRuns(ONE);
    return (UpdateOutcome.Kept) outcome;
  }

  private UpdateCause cause() throws Exception {
    return kept(NOW).cause();
  }

  private UpdateOutcome.Switched switched() throws Exception {
    UpdateOutcome outcome = store.refresh(NOW, ModelUser.NONE);
    assertThat(outcome).isInstanceOf(UpdateOutcome.Switched.class);
    return (UpdateOutcome.Switched) outcome;
  }

  @Test
  void newRelease_isInstalled_andTheOneBeforeIsKept() throws Exception {
    assertRuns(ONE);
    repository.release(repository.version(TWO));
    UpdateOutcome.Switched outcome = switched();
    assertThat(outcome.way()).isEqualTo(UpdateOutcome.Way.WHOLE);
    assertThat(outcome.fetchedBytes()).isEqualTo(TWO.length);
    assertThat(outcome.previous().orElseThrow().path()).hasBinaryContent(ONE);
    assertRuns(TWO);

    repository.release(repository.version(model(3)));
    switched();
    assertThat(outcome.previous().orElseThrow().path()).as("two versions ago").doesNotExist();
    assertThat(outcome.model().path()).as("the one before").exists();
  }

  @Test
  void sameRelease_isUpToDate_andNoModelIsFetched() throws Exception {
    assertThat(store.refresh(NOW, ModelUser.NONE)).isInstanceOf(UpdateOutcome.UpToDate.class);
    assertThat(repository.asked).hasSize(3).startsWith("2.root.json", "timestamp.json");
  }

  /** Back to the older digest under newer metadata: what an operator's rollback is. */
  @Test
  void releaseOfTheOlderVersion_goesBack_withoutFetchingIt() throws Exception {
    repository.release(repository.version(TWO));
    switched();
    repository.release(first);
    assertThat(switched().way()).isEqualTo(UpdateOutcome.Way.PRESENT);
    assertRuns(ONE);
  }

  @Test
  void candidate_isForTheDevicesWhoseBucketIsBelow() throws Exception {
    VersionManifest two = repository.version(TWO);
    String salt = "00112233445566778899aabbccddeeff";
    int bucket = new ChannelFile.Candidate(two.digest(), salt, 0).bucketOf(DEVICE);
    repository.release(
        first.digest(), Optional.of(new ChannelFile.Candidate(two.digest(), salt, bucket)));
    assertThat(store.refresh(NOW, ModelUser.NONE)).isInstanceOf(UpdateOutcome.UpToDate.class);
    repository.release(
        first.digest(), Optional.of(new ChannelFile.Candidate(two.digest(), salt, bucket + 1)));
    switched();
    assertRuns(TWO);
  }

  @Test
  void smallestRunnableArtifact_isTheOne() throws Exception {
    byte[] tiny = {1, 2, 3};
    byte[] small = Arrays.copyOf(TWO, TWO.length - 8);
    VersionManifest many =
        repository.add(
            manifest(
                TWO,
                List.of(
                    artifact(ArtifactKind.FLOAT32, TWO),
                    artifact(ArtifactKind.INT8, small),
                    artifact(ArtifactKind.ONNX, tiny)),
                List.of()),
            TWO,
            small,
            tiny);
    repository.release(many);
    store =
        open(
            DeltaDecoder.NONE,
            new ArtifactLoader() {
              @Override
              public boolean supports(ArtifactKind kind, ModelSpec spec) {
                return kind != ArtifactKind.ONNX;
              }

              @Override
              public ModelState load(StoredModel model) throws UnusableModelException {
                throw new UnusableModelException("not asked for");
              }
            });
    assertThat(switched().model().kind()).isEqualTo(ArtifactKind.INT8);
  }

  @Test
  void versionOfWhichNothingRuns_isNotInstalled() throws Exception {
    byte[] onnx = {1, 2, 3};
    repository.release(
        repository.add(
            manifest(TWO, List.of(artifact(ArtifactKind.ONNX, onnx)), List.of()), onnx));
    assertThat(cause()).isEqualTo(UpdateCause.NOTHING_TO_RUN);
  }

  // --- deltas

  private UpdateOutcome.Switched withDelta(byte kind) throws Exception {
    byte[] delta = {kind};
    VersionManifest two =
        manifest(
            TWO,
            List.of(artifact(ArtifactKind.FLOAT32, TWO)),
            List.of(
                new DeltaEntry(
                    ArtifactKind.FLOAT32,
                    FileDigest.of(ONE),
                    FileDigest.of(TWO),
                    FileDigest.of(delta),
                    1)));
    repository.release(repository.add(two, TWO, delta));
    store = open(PLUS);
    UpdateOutcome.Switched outcome = switched();
    assertRuns(TWO);
    return outcome;
  }

  @Test
  void deltaFromTheCurrentModel_isPreferred() throws Exception {
    UpdateOutcome.Switched outcome = withDelta((byte) 1);
    assertThat(outcome.way()).isEqualTo(UpdateOutcome.Way.DELTA);
    assertThat(outcome.fetchedBytes()).isEqualTo(1);
    try (var files = Files.list(folder.resolve("models/files"))) {
      assertThat(files).as("both models and nothing else").hasSize(2);
    }
  }

  @Test
  void deltaThatDoesNotDecode_isReplacedByTheWhole() throws Exception {
    UpdateOutcome.Switched refused = withDelta((byte) 0);
    assertThat(refused.way()).isEqualTo(UpdateOutcome.Way.WHOLE);
    assertThat(refused.remark()).contains("starts with 0");
  }

  @Test
  void deltaThatLeadsElsewhere_isReplacedByTheWhole() throws Exception {
    UpdateOutcome.Switched elsewhere = withDelta((byte) 2);
    assertThat(elsewhere.way()).isEqualTo(UpdateOutcome.Way.WHOLE);
    assertThat(elsewhere.remark()).contains("other bytes");
  }

  // --- attacks on the way: each is refused by its cause, and the model stays

  @Test
  void replayedTimestamp_isRefused() throws Exception {
    byte[] old = repository.metadata.get("timestamp.json");
    repository.release(repository.version(TWO));
    switched();
    repository.metadata.put("timestamp.json", old);
    UpdateOutcome outcome = store.refresh(NOW, ModelUser.NONE);
    assertThat(outcome)
        .isInstanceOfSatisfying(
            UpdateOutcome.Kept.class,
            refused -> {
              assertThat(refused.metadata()).contains(TrustRefusal.ROLLBACK);
              assertThat(refused.code()).isEqualTo("metadata/rollback");
            });
    assertRuns(TWO);
    store = open(DeltaDecoder.NONE);
    assertThat(((UpdateOutcome.Kept) store.refresh(NOW, ModelUser.NONE)).code())
        .as("after a restart too")
        .isEqualTo("metadata/rollback");
  }

  @Test
  void expiredMetadata_isRefused() throws Exception {
    assertThat(kept(NOW.plus(Duration.ofDays(2))).metadata()).contains(TrustRefusal.EXPIRED);
  }

  @Test
  void metadataOfSomebodyElse_isRefused() throws Exception {
    Map<String, byte[]> honest = new TreeMap<>(repository.metadata);
    repository.release(repository.version(TWO));
    byte[] timestamp = repository.metadata.get("timestamp.json").clone();
    timestamp["{\"signatures\":[{\"keyid\":\"".length() + 75] ^= 1;
    repository.metadata.put("timestamp.json", timestamp);
    assertThat(kept(NOW).cause()).isEqualTo(UpdateCause.METADATA);
    repository.metadata.putAll(honest);
    assertThat(store.refresh(NOW, ModelUser.NONE)).isInstanceOf(UpdateOutcome.UpToDate.class);
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
    VersionManifest two = repository.version(TWO);
    repository.release(two);
    String name = served(file, two);
    byte[] honest = repository.targets.get(name);
    byte[] flipped = honest.clone();
    flipped[honest.length - 1] ^= 1;
    for (byte[] other :
        List.of(flipped, Arrays.copyOf(honest, honest.length + 1), new byte[1 << 16])) {
      repository.targets.put(name, other);
      assertThat(cause()).isIn(UpdateCause.WRONG_FILE, UpdateCause.UNREACHABLE);
    }
    repository.targets.put(name, honest);
    switched();
    assertRuns(TWO);
  }

  @Test
  void filesThatNobodySigned_areRefused() throws Exception {
    VersionManifest two = repository.version(TWO);
    repository.unlist(TargetPaths.artifact(POPULATION, FileDigest.of(TWO)));
    repository.release(two);
    assertThat(cause()).isEqualTo(UpdateCause.NO_FILE);

    repository.version(TWO);
    repository.unlist(TargetPaths.manifest(POPULATION, two.digest()));
    repository.release(two);
    assertThat(cause()).isEqualTo(UpdateCause.NO_MANIFEST);

    repository.unlist(TargetPaths.channel(POPULATION, ChannelName.STABLE));
    repository.sign();
    assertThat(cause()).isEqualTo(UpdateCause.NO_CHANNEL);
  }

  @Test
  void fileUnderTheNameOfAnother_isRefused() throws Exception {
    VersionManifest two = repository.version(TWO);
    repository.list(TargetPaths.artifact(POPULATION, FileDigest.of(TWO)), model(66));
    repository.release(two);
    assertThat(cause()).isEqualTo(UpdateCause.NO_FILE);
  }

  @Test
  void channelOfAnotherName_andManifestOfAnotherPopulation_areRefused() throws Exception {
    repository.list(
        TargetPaths.channel(POPULATION, ChannelName.STABLE),
        new ChannelFile(new ChannelName("canary"), first.digest(), Optional.empty()).encode());
    repository.sign();
    assertThat(cause()).isEqualTo(UpdateCause.MALFORMED_CHANNEL);

    VersionManifest honest = repository.version(TWO);
    VersionManifest foreign =
        new VersionManifest(
            new PopulationName("others"),
            honest.version(),
            honest.spec(),
            honest.origin(),
            List.of(),
            honest.artifacts(),
            List.of());
    repository.release(repository.add(foreign, TWO));
    assertThat(cause()).isEqualTo(UpdateCause.MALFORMED_MANIFEST);

    byte[] rubbish = {'{', '}'};
    repository.list(TargetPaths.manifest(POPULATION, FileDigest.of(rubbish)), rubbish);
    repository.release(FileDigest.of(rubbish), Optional.empty());
    assertThat(cause()).isEqualTo(UpdateCause.MALFORMED_MANIFEST);
  }

  @Test
  void modelThatDoesNotRun_isNotInstalled() throws Exception {
    repository.release(repository.version(TWO));
    UpdateOutcome outcome =
        store.refresh(
            NOW,
            model -> {
              throw new UnusableModelException("it does not run");
            });
    assertThat(outcome)
        .isInstanceOfSatisfying(
            UpdateOutcome.Kept.class,
            refused -> assertThat(refused.cause()).isEqualTo(UpdateCause.UNUSABLE_MODEL));
    assertRuns(ONE);
    assertThat(switched().way()).as("it is here already").isEqualTo(UpdateOutcome.Way.PRESENT);
  }

  // --- the device's own disk

  @Test
  void damagedTrust_isSaid_andForgottenOnlyWhenAsked() throws Exception {
    Path trust = folder.resolve("models/trust.json");
    Files.writeString(trust, "{}");
    repository.release(repository.version(TWO));
    assertThat(cause()).isEqualTo(UpdateCause.DAMAGED_TRUST);
    store.insecureForgetTrust();
    switched();
    assertRuns(TWO);
  }

  @Test
  void damagedModel_givesWayToTheOneBefore_andIsFetchedAgain() throws Exception {
    repository.release(repository.version(TWO));
    StoredModel two = switched().model();
    Files.write(two.path(), new byte[] {1, 2});
    store = open(DeltaDecoder.NONE);
    assertThat(store.current().orElseThrow().version()).isEqualTo(versionOf(ONE));
    switched();
    assertRuns(TWO);
  }

  @Test
  void damagedListOfModels_isMadeAnew() throws Exception {
    Files.writeString(folder.resolve("models/models.json"), "rubbish");
    store = open(DeltaDecoder.NONE);
    assertThat(store.current()).isEmpty();
    assertThat(switched().way()).isEqualTo(UpdateOutcome.Way.PRESENT);
    assertRuns(ONE);
  }
}
