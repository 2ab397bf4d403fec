package dev.tributary.client.model;

import static dev.tributary.client.testing.ModelRepository.NOW;
import static dev.tributary.client.testing.ModelRepository.POPULATION;
import static dev.tributary.client.testing.ModelRepository.artifact;
import static dev.tributary.client.testing.ModelRepository.manifest;
import static dev.tributary.client.testing.ModelRepository.model;
import static dev.tributary.client.testing.ModelRepository.versionOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.aggregation.compress.ArtifactKind;
import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.publish.ChannelName;
import dev.tributary.aggregation.publish.DeltaEntry;
import dev.tributary.aggregation.publish.FileDigest;
import dev.tributary.aggregation.publish.VersionManifest;
import dev.tributary.client.model.artifact.DeltaDecoder;
import dev.tributary.client.model.artifact.ModelUser;
import dev.tributary.client.model.artifact.SafetensorsLoader;
import dev.tributary.client.model.artifact.StoredModel;
import dev.tributary.client.store.FileDownload;
import dev.tributary.client.testing.Fault;
import dev.tributary.client.testing.ModelRepository;
import dev.tributary.client.transport.link.CoordinatorException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A device that dies at every write, and whose network dies at every byte. */
class ModelStoreCrashTest {

  private static final byte[] ONE = model(1);
  private static final byte[] TWO = model(2);
  private static final byte[] DELTA = {7};

  private static final DeltaDecoder TO_TWO =
      new DeltaDecoder() {
        @Override
        public boolean supports(ArtifactKind kind) {
          return true;
        }

        @Override
        public byte[] decode(StoredModel base, byte[] delta, int resultBytes) {
          return TWO.clone();
        }
      };

  @TempDir Path folder;
  private final ModelRepository repository = new ModelRepository();
  private final VersionManifest first = repository.version(ONE);

  /** Dies before or after a write: every gap between two of them is tried. */
  private static final class DyingDisk implements ModelDisk {
    private final int deathAt;
    private int moment;

    DyingDisk(int deathAt) {
      this.deathAt = deathAt;
    }

    private void moment() {
      if (moment++ == deathAt) {
        throw new Fault.Killed();
      }
    }

    @Override
    public void replace(Path file, byte[] content) throws IOException {
      moment();
      FILES.replace(file, content);
      moment();
    }

    @Override
    public void fetch(FileDownload download)
        throws CoordinatorException, IOException, InterruptedException {
      moment();
      FILES.fetch(download);
      moment();
    }

    @Override
    public void delete(Path file) throws IOException {
      moment();
      FILES.delete(file);
      moment();
    }
  }

  private ModelStore open(Path at, ModelDisk disk, DeltaDecoder deltas) throws IOException {
    return ModelStore.open(
        new ModelStoreSettings(
            at,
            ModelRepository.shippedRoot(),
            POPULATION,
            ChannelName.STABLE,
            new DeviceId("0123456789abcdef0123456789abcdef"),
            1 << 20),
        repository,
        new SafetensorsLoader(),
        deltas,
        disk);
  }

  private void publishTwo() {
    VersionManifest two =
        manifest(
            TWO,
            List.of(artifact(ArtifactKind.FLOAT32, TWO)),
            List.of(
                new DeltaEntry(
                    ArtifactKind.FLOAT32,
                    FileDigest.of(ONE),
                    FileDigest.of(TWO),
                    FileDigest.of(DELTA),
                    DELTA.length)));
    repository.release(repository.add(two, TWO, DELTA));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void killedAtAnyWrite_theDeviceHasTheOldModelOrTheNew(boolean withDelta) throws Exception {
    DeltaDecoder deltas = withDelta ? TO_TWO : DeltaDecoder.NONE;
    int deaths = 0;
    for (boolean died = true; died; deaths++) {
      Path at = folder.resolve("death-" + deaths);
      repository.release(first);
      assertThat(open(at, ModelDisk.FILES, deltas).refresh(NOW, ModelUser.NONE))
          .isInstanceOf(UpdateOutcome.Switched.class);
      publishTwo();
      try {
        open(at, new DyingDisk(deaths), deltas).refresh(NOW, ModelUser.NONE);
        died = false;
      } catch (Fault.Killed killed) {
        // and is started again:
      }
      ModelStore again = open(at, ModelDisk.FILES, deltas);
      var here = again.current().orElseThrow();
      assertThat(here.version()).as("death %s", deaths).isIn(versionOf(ONE), versionOf(TWO));
      assertThat(here.path()).hasBinaryContent(here.version().equals(versionOf(ONE)) ? ONE : TWO);
      assertThat(again.refresh(NOW, ModelUser.NONE))
          .as("death %s", deaths)
          .isNotInstanceOf(UpdateOutcome.Kept.class);
      assertThat(again.current().orElseThrow().path()).hasBinaryContent(TWO);
      repository.release(repository.version(model(3)));
      assertThat(again.refresh(NOW, ModelUser.NONE)).isInstanceOf(UpdateOutcome.Switched.class);
      try (var files = Files.list(at.resolve("files"))) {
        assertThat(files).as("death %s: nothing is left over", deaths).hasSize(2);
      }
    }
    assertThat(deaths).isGreaterThan(10);
  }

  @Test
  void firstInstallKilledAtAnyWrite_isFinishedByTheNext() throws Exception {
    repository.release(first);
    int deaths = 0;
    for (boolean died = true; died; deaths++) {
      Path at = folder.resolve("death-" + deaths);
      try {
        open(at, new DyingDisk(deaths), DeltaDecoder.NONE).refresh(NOW, ModelUser.NONE);
        died = false;
      } catch (Fault.Killed killed) {
        // and is started again:
      }
      ModelStore again = open(at, ModelDisk.FILES, DeltaDecoder.NONE);
      assertThat(again.refresh(NOW, ModelUser.NONE)).isNotInstanceOf(UpdateOutcome.Kept.class);
      assertThat(again.current().orElseThrow().path()).hasBinaryContent(ONE);
    }
    assertThat(deaths).isGreaterThan(5);
  }

  @Test
  void brokenOffAtAnyByte_theDownloadGoesOnThere() throws Exception {
    repository.release(first);
    String name = FileDigest.of(ONE).hex();
    for (int bytes = 0; bytes < ONE.length; bytes++) {
      Path at = folder.resolve("break-" + bytes);
      ModelStore store = open(at, ModelDisk.FILES, DeltaDecoder.NONE);
      repository.breaks = name;
      repository.bytesUntilBreak = bytes;
      UpdateOutcome broken = store.refresh(NOW, ModelUser.NONE);
      assertThat(((UpdateOutcome.Kept) broken).cause()).isEqualTo(UpdateCause.UNREACHABLE);
      assertThat(store.current()).isEmpty();

      repository.bytesUntilBreak = Integer.MAX_VALUE;
      repository.asked.clear();
      ModelStore again = open(at, ModelDisk.FILES, DeltaDecoder.NONE);
      assertThat(again.refresh(NOW, ModelUser.NONE)).isInstanceOf(UpdateOutcome.Switched.class);
      assertThat(again.current().orElseThrow().path()).hasBinaryContent(ONE);
      assertThat(repository.asked).contains(name + "@" + bytes);
    }
  }
}
