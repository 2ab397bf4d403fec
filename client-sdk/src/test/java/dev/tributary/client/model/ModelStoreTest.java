package dev.tributary.client.model;

import static dev.tributary.client.model.InstalledDevice.DEVICE;
import static dev.tributary.client.model.InstalledDevice.ONE;
import static dev.tributary.client.model.InstalledDevice.TWO;
import static dev.tributary.client.testing.ModelRepository.NOW;
import static dev.tributary.client.testing.ModelRepository.artifact;
import static dev.tributary.client.testing.ModelRepository.manifest;
import static dev.tributary.client.testing.ModelRepository.model;
import static dev.tributary.client.testing.ModelRepository.versionOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tributary.aggregation.compress.ArtifactKind;
import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.publish.ChannelFile;
import dev.tributary.aggregation.publish.DeltaEntry;
import dev.tributary.aggregation.publish.FileDigest;
import dev.tributary.aggregation.publish.VersionManifest;
import dev.tributary.client.model.artifact.ArtifactLoader;
import dev.tributary.client.model.artifact.DeltaDecoder;
import dev.tributary.client.model.artifact.ModelUser;
import dev.tributary.client.model.artifact.RunnableModel;
import dev.tributary.client.model.artifact.SafetensorsLoader;
import dev.tributary.client.model.artifact.StoredModel;
import dev.tributary.client.model.artifact.UnusableModelException;
import dev.tributary.client.model.predict.Predictor;
import dev.tributary.client.store.FileDownload;
import dev.tributary.client.transport.link.CoordinatorException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A device with a model, a newer one published, and everything that may stand between. */
class ModelStoreTest {

  @TempDir Path folder;
  private InstalledDevice device;

  /** Deltas of one byte: 0 does not decode, 1 leads to the second model, 2 to nowhere. */
  private static final DeltaDecoder PLUS =
      new DeltaDecoder() {
        @Override
        public boolean supports(ArtifactKind kind) {
          return kind == ArtifactKind.FLOAT32;
        }

        @Override
        public byte[] decode(StoredModel base, byte[] delta, int resultBytes)
            throws UnusableModelException {
          if (delta[0] == 0) {
            throw new UnusableModelException("starts with 0");
          }
          return delta[0] == 1 ? TWO : new byte[resultBytes];
        }
      };

  @BeforeEach
  void install() throws Exception {
    device = new InstalledDevice(folder.resolve("models"));
  }

  @Test
  void newRelease_isInstalled_andTheOneBeforeIsKept() throws Exception {
    device.assertRuns(ONE);
    device.repository.release(device.repository.version(TWO));
    UpdateOutcome.Switched outcome = device.switched();
    assertThat(outcome.way()).isEqualTo(UpdateOutcome.Way.WHOLE);
    assertThat(outcome.fetchedBytes()).isEqualTo(TWO.length);
    assertThat(outcome.previous().orElseThrow().path()).hasBinaryContent(ONE);
    device.assertRuns(TWO);

    device.repository.release(device.repository.version(model(3)));
    device.switched();
    assertThat(outcome.previous().orElseThrow().path()).as("two versions ago").doesNotExist();
    assertThat(outcome.model().path()).as("the one before").exists();
  }

  @Test
  void sameRelease_isUpToDate_andNoModelIsFetched() throws Exception {
    assertThat(device.store.refresh(NOW, ModelUser.NONE))
        .isInstanceOf(UpdateOutcome.UpToDate.class);
    assertThat(device.repository.asked).hasSize(3).startsWith("2.root.json", "timestamp.json");
  }

  /** Back to the older digest under newer metadata: what an operator's rollback is. */
  @Test
  void releaseOfTheOlderVersion_goesBack_withoutFetchingIt() throws Exception {
    device.repository.release(device.repository.version(TWO));
    device.switched();
    device.repository.release(device.first);
    assertThat(device.switched().way()).isEqualTo(UpdateOutcome.Way.PRESENT);
    device.assertRuns(ONE);
  }

  @Test
  void candidate_isForTheDevicesWhoseBucketIsBelow() throws Exception {
    VersionManifest two = device.repository.version(TWO);
    String salt = "00112233445566778899aabbccddeeff";
    int bucket = new ChannelFile.Candidate(two.digest(), salt, 0).bucketOf(DEVICE);
    device.repository.release(
        device.first.digest(), Optional.of(new ChannelFile.Candidate(two.digest(), salt, bucket)));
    assertThat(device.store.refresh(NOW, ModelUser.NONE))
        .isInstanceOf(UpdateOutcome.UpToDate.class);
    device.repository.release(
        device.first.digest(),
        Optional.of(new ChannelFile.Candidate(two.digest(), salt, bucket + 1)));
    device.switched();
    device.assertRuns(TWO);
  }

  @Test
  void smallestRunnableArtifact_isTheOne() throws Exception {
    byte[] tiny = {1, 2, 3};
    byte[] small = Arrays.copyOf(TWO, TWO.length - 8);
    VersionManifest many =
        device.repository.add(
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
    device.repository.release(many);
    device.store =
        device.open(
            DeltaDecoder.NONE,
            new ArtifactLoader() {
              @Override
              public boolean supports(ArtifactKind kind, ModelSpec spec) {
                return kind != ArtifactKind.ONNX;
              }

              @Override
              public RunnableModel load(StoredModel model, String runtime)
                  throws UnusableModelException {
                throw new UnusableModelException("not asked for");
              }
            });
    assertThat(device.switched().model().kind()).isEqualTo(ArtifactKind.INT8);
  }

  @Test
  void versionOfWhichNothingRuns_isNotInstalled() throws Exception {
    byte[] onnx = {1, 2, 3};
    device.repository.release(
        device.repository.add(
            manifest(TWO, List.of(artifact(ArtifactKind.ONNX, onnx)), List.of()), onnx));
    assertThat(device.cause()).isEqualTo(UpdateCause.NOTHING_TO_RUN);
  }

  @Test
  void interruptedTrial_endsTheRefresh_andTheModelBeforeStays() throws Exception {
    device.repository.release(device.repository.version(TWO));
    ModelUser interrupted =
        model -> {
          Thread.currentThread().interrupt();
          throw new CancellationException("interrupted");
        };
    assertThatExceptionOfType(InterruptedException.class)
        .isThrownBy(() -> device.store.refresh(NOW, interrupted));
    assertThat(Thread.interrupted()).as("the exception says it").isFalse();
    device.assertRuns(ONE);
  }

  // --- deltas

  private UpdateOutcome.Switched withDelta(byte kind) throws Exception {
    publishTwoWithDelta(new byte[] {kind});
    UpdateOutcome.Switched outcome = device.switched();
    device.assertRuns(TWO);
    return outcome;
  }

  private void publishTwoWithDelta(byte[] delta) throws Exception {
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
    device.repository.release(device.repository.add(two, TWO, delta));
    device.store = device.open(PLUS, new SafetensorsLoader());
  }

  @Test
  void deltaFromTheCurrentModel_isPreferred() throws Exception {
    UpdateOutcome.Switched outcome = withDelta((byte) 1);
    assertThat(outcome.way()).isEqualTo(UpdateOutcome.Way.DELTA);
    assertThat(outcome.fetchedBytes()).isEqualTo(1);
    try (var files = Files.list(device.folder.resolve("files"))) {
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

  @Test
  void deltaThatIsRefused_isReplacedByTheWhole() throws Exception {
    byte[] delta = {1};
    publishTwoWithDelta(delta);
    device.repository.targets.remove(FileDigest.of(delta).hex());
    UpdateOutcome.Switched refused = device.switched();
    assertThat(refused.way()).isEqualTo(UpdateOutcome.Way.WHOLE);
    assertThat(refused.remark()).contains(FileDigest.of(delta).hex(), "404");
    device.assertRuns(TWO);
  }

  @Test
  void deltaThatIsLongerThanWasSigned_isReplacedByTheWhole() throws Exception {
    byte[] delta = {1};
    publishTwoWithDelta(delta);
    device.repository.targets.put(FileDigest.of(delta).hex(), new byte[] {1, 1});
    UpdateOutcome.Switched refused = device.switched();
    assertThat(refused.way()).isEqualTo(UpdateOutcome.Way.WHOLE);
    assertThat(refused.remark()).contains("longer than the 1 bytes");
    device.assertRuns(TWO);
  }

  @Test
  void modelThatIsLongerThanWasSigned_isRefused_andSoNamed() throws Exception {
    device.repository.release(device.repository.version(TWO));
    device.repository.targets.put(FileDigest.of(TWO).hex(), Arrays.copyOf(TWO, TWO.length + 1));
    assertThat(device.cause()).isEqualTo(UpdateCause.WRONG_FILE);
    device.assertRuns(ONE);
  }

  @Test
  void deltaThatNoDeviceUnderstands_isReplacedByTheWhole() throws Exception {
    byte[] delta = {1};
    publishTwoWithDelta(delta);
    device.repository.unintelligible.add(FileDigest.of(delta).hex());
    UpdateOutcome.Switched refused = device.switched();
    assertThat(refused.way()).isEqualTo(UpdateOutcome.Way.WHOLE);
    assertThat(refused.remark()).contains("no answer of this protocol");
    device.assertRuns(TWO);
  }

  /** The network may be back in a minute, and the shorter way with it. */
  @Test
  void deltaThatBreaksOff_isGoneOnWithLater() throws Exception {
    byte[] delta = {1};
    publishTwoWithDelta(delta);
    device.repository.breaks = FileDigest.of(delta).hex();
    device.repository.bytesUntilBreak = 0;
    assertThat(device.cause()).isEqualTo(UpdateCause.UNREACHABLE);
    assertThat(device.repository.asked).doesNotContain(FileDigest.of(TWO).hex() + "@0");
    device.repository.bytesUntilBreak = Integer.MAX_VALUE;
    assertThat(device.switched().way()).isEqualTo(UpdateOutcome.Way.DELTA);
    device.assertRuns(TWO);
  }

  // --- the device's own disk

  /** Fails at a write of the file that says what is installed, or at every deletion. */
  private record FailingDisk(boolean atInstall, boolean atDelete) implements ModelDisk {
    @Override
    public void replace(Path file, byte[] content) throws IOException {
      if (atInstall && file.endsWith("models.json")) {
        throw new IOException("the disk is full");
      }
      FILES.replace(file, content);
    }

    @Override
    public void fetch(FileDownload download)
        throws CoordinatorException, IOException, InterruptedException {
      FILES.fetch(download);
    }

    @Override
    public void delete(Path file) throws IOException {
      if (atDelete) {
        throw new IOException("the file is in use");
      }
      FILES.delete(file);
    }
  }

  @Test
  void modelThatCannotBeInstalled_isNotRunEither() throws Exception {
    try (Predictor predictor = Predictor.withRuntime("java", new SafetensorsLoader())) {
      predictor.use(device.store.current().orElseThrow());
      device.repository.release(device.repository.version(TWO));
      device.store = device.open(new FailingDisk(true, false));
      UpdateOutcome outcome = device.store.refresh(NOW, predictor);
      assertThat(outcome)
          .isInstanceOfSatisfying(
              UpdateOutcome.Kept.class,
              kept -> assertThat(kept.cause()).isEqualTo(UpdateCause.STORAGE));
      device.assertRuns(ONE);
      assertThat(predictor.current()).isEqualTo(device.store.current());

      device.store = device.open(ModelDisk.FILES);
      assertThat(device.store.refresh(NOW, predictor)).isInstanceOf(UpdateOutcome.Switched.class);
      device.assertRuns(TWO);
      assertThat(predictor.current()).isEqualTo(device.store.current());
    }
  }

  @Test
  void earlierModelThatCannotBeDeleted_doesNotUndoTheSwitch() throws Exception {
    device.repository.release(device.repository.version(TWO));
    device.switched();
    device.repository.release(device.repository.version(model(3)));
    device.store = device.open(new FailingDisk(false, true));
    device.switched();
    device.assertRuns(model(3));
    device.repository.release(device.first);
    device.store = device.open(ModelDisk.FILES);
    device.switched();
    try (var files = Files.list(device.folder.resolve("files"))) {
      assertThat(files).as("the next switch deletes what is left").hasSize(2);
    }
  }

  @Test
  void damagedTrust_isSaid_andForgottenOnlyWhenAsked() throws Exception {
    Path trust = device.folder.resolve("trust.json");
    Files.writeString(trust, "{}");
    device.repository.release(device.repository.version(TWO));
    assertThat(device.cause()).isEqualTo(UpdateCause.DAMAGED_TRUST);
    device.store.insecureForgetTrust();
    device.switched();
    device.assertRuns(TWO);
  }

  @Test
  void damagedModel_givesWayToTheOneBefore_andIsFetchedAgain() throws Exception {
    device.repository.release(device.repository.version(TWO));
    StoredModel two = device.switched().model();
    Files.write(two.path(), new byte[] {1, 2});
    device.restart();
    assertThat(device.store.current().orElseThrow().version()).isEqualTo(versionOf(ONE));
    device.switched();
    device.assertRuns(TWO);
  }

  @Test
  void damagedListOfModels_isMadeAnew() throws Exception {
    Files.writeString(device.folder.resolve("models.json"), "rubbish");
    device.restart();
    assertThat(device.store.current()).isEmpty();
    assertThat(device.switched().way()).isEqualTo(UpdateOutcome.Way.PRESENT);
    device.assertRuns(ONE);
  }
}
