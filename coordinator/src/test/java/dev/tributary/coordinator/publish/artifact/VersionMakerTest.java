package dev.tributary.coordinator.publish.artifact;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.aggregation.compress.ArtifactKind;
import dev.tributary.aggregation.compress.SpecifiedModel;
import dev.tributary.aggregation.compress.codec.Int8Form;
import dev.tributary.aggregation.compress.delta.FileDelta;
import dev.tributary.aggregation.compress.delta.Int8Delta;
import dev.tributary.aggregation.compress.onnx.OnnxExporter;
import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.model.ModelState;
import dev.tributary.aggregation.optimize.GridStep;
import dev.tributary.aggregation.protocol.PopulationName;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.aggregation.protocol.TaskName;
import dev.tributary.aggregation.publish.ArtifactEntry;
import dev.tributary.aggregation.publish.DeltaEntry;
import dev.tributary.aggregation.publish.FileDigest;
import dev.tributary.aggregation.publish.VersionManifest;
import dev.tributary.aggregation.runtime.InitialWeights;
import dev.tributary.coordinator.disk.Disk;
import dev.tributary.coordinator.publish.artifact.VersionMaker.MadeVersion;
import dev.tributary.coordinator.registry.ModelFiles;
import dev.tributary.coordinator.registry.ModelMetrics;
import dev.tributary.coordinator.registry.ModelVersion;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A version made ready for devices: its files are there, its deltas lead where they say. */
class VersionMakerTest {

  private static final TaskName TASK = new TaskName("digits");
  private static final String CONFIGURATION = "{\"name\":\"digits\"}";
  private static final ModelSpec SPEC =
      ModelSpec.fromJson(
          "{\"format\":\"tributary-model/1\",\"input\":[64],\"layers\":["
              + "{\"type\":\"linear\",\"units\":128},{\"type\":\"relu\"},"
              + "{\"type\":\"linear\",\"units\":10}],"
              + "\"loss\":\"softmax-cross-entropy\",\"classes\":10}");

  private ModelFiles models;
  private ArtifactFiles artifacts;
  private VersionMaker maker;

  @BeforeEach
  void open(@TempDir Path folder) {
    models = ModelFiles.open(folder.resolve("models"), Disk.ofMachine());
    artifacts = ArtifactFiles.open(folder.resolve("artifacts"), Disk.ofMachine());
    maker = new VersionMaker(models, artifacts);
  }

  private VersionSource source(float[] weights) {
    return source(weights, .25);
  }

  private VersionSource source(float[] weights, double loss) {
    var saved = models.save(new ModelState(SPEC.layout(), weights));
    List<Double> byClass = List.of(.9, .8);
    var metrics =
        new ModelMetrics(
            100, loss, .85, .85, .85, .85, byClass, byClass, byClass, List.of(), List.of());
    return new VersionSource(
        new PopulationName("pens"),
        new ModelVersion(
            TASK,
            1,
            saved.digest(),
            Optional.empty(),
            Optional.of(new RoundId(TASK, 1)),
            saved.bytes(),
            2,
            Optional.of(metrics),
            Optional.empty(),
            Instant.EPOCH,
            List.of()),
        SPEC,
        CONFIGURATION);
  }

  private MadeVersion make(
      VersionSource source,
      Set<ArtifactKind> kinds,
      List<ArtifactEntry> others,
      List<VersionManifest> earlier) {
    try {
      return maker.manifest(source, maker.artifacts(source, kinds, others, earlier), earlier);
    } catch (RejectedException refused) {
      throw new AssertionError(refused);
    }
  }

  /** A step of training: every weight moves a little. */
  private static float[] next(float[] weights) {
    Random random = new Random(7);
    float[] moved = weights.clone();
    for (int i = 0; i < moved.length; i++) {
      moved[i] += (float) (1e-4 * random.nextGaussian());
    }
    return moved;
  }

  private static Optional<ArtifactEntry> artifact(VersionManifest manifest, ArtifactKind kind) {
    return manifest.artifacts().stream().filter(entry -> entry.kind() == kind).findFirst();
  }

  @Test
  void manifest_listsFilesThatAreThere_withTheirSizes() throws Exception {
    MadeVersion made =
        make(source(InitialWeights.of(SPEC, 1)), VersionMaker.KINDS, List.of(), List.of());
    assertThat(made.manifest().artifacts())
        .extracting(ArtifactEntry::kind)
        .containsExactlyInAnyOrderElementsOf(VersionMaker.KINDS);
    for (ArtifactEntry entry : made.manifest().artifacts()) {
      if (entry.kind() != ArtifactKind.FLOAT32) {
        assertThat(artifacts.load(entry.file())).hasSize((int) entry.bytes());
      }
    }
    assertThat(VersionManifest.decode(artifacts.load(made.digest()))).isEqualTo(made.manifest());
    assertThat(made.manifest().metrics().getFirst().accuracyPpm()).isEqualTo(850_000);
    assertThat(made.manifest().origin().rounds()).containsExactly(new RoundId(TASK, 1));
    assertThat(made.manifest().origin().configuration())
        .contains(FileDigest.of(CONFIGURATION.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void lossThatIsNoNumber_isTheLargestOne_notZero() {
    MadeVersion made =
        make(
            source(InitialWeights.of(SPEC, 1), Double.NaN),
            Set.of(ArtifactKind.INT8),
            List.of(),
            List.of());
    assertThat(made.manifest().metrics().getFirst().lossMillionths()).isEqualTo(1_000_000_000_000L);
  }

  @Test
  void sameVersionTwice_isOneManifest() {
    VersionSource source = source(InitialWeights.of(SPEC, 1));
    FileDigest first = make(source, VersionMaker.KINDS, List.of(), List.of()).digest();
    assertThat(make(source, VersionMaker.KINDS, List.of(), List.of()).digest()).isEqualTo(first);
  }

  @Test
  void nearVersion_isReachedByADelta_thatIsWorthIt_andLeadsToTheArtifact() throws Exception {
    float[] weights = InitialWeights.of(SPEC, 1);
    MadeVersion before = make(source(weights), Set.of(ArtifactKind.INT8), List.of(), List.of());
    MadeVersion after =
        make(
            source(next(weights)),
            Set.of(ArtifactKind.INT8),
            List.of(),
            List.of(before.manifest()));
    ArtifactEntry from = artifact(before.manifest(), ArtifactKind.INT8).orElseThrow();
    ArtifactEntry to = artifact(after.manifest(), ArtifactKind.INT8).orElseThrow();
    var delta = after.manifest().delta(from.file(), to.file()).orElseThrow();
    assertThat(delta.bytes()).isLessThan(to.bytes() / 4);
    var rebuilt =
        new Int8Delta(new Int8Form())
            .decode(Int8Form.read(SPEC, artifacts.load(from.file())), artifacts.load(delta.file()));
    assertThat(FileDigest.of(Int8Form.toBytes(rebuilt))).isEqualTo(to.file());
  }

  @Test
  void nearVersion_isReachedByADelta_ofEveryKindThatIsMadeHere() throws Exception {
    float[] weights = InitialWeights.of(SPEC, 1);
    MadeVersion before = make(source(weights), VersionMaker.KINDS, List.of(), List.of());
    MadeVersion after =
        make(source(next(weights)), VersionMaker.KINDS, List.of(), List.of(before.manifest()));
    assertThat(after.manifest().deltas())
        .extracting(DeltaEntry::kind)
        .containsExactlyInAnyOrderElementsOf(VersionMaker.KINDS);
    for (ArtifactKind kind : Set.of(ArtifactKind.FP16, ArtifactKind.INT4)) {
      ArtifactEntry from = artifact(before.manifest(), kind).orElseThrow();
      ArtifactEntry to = artifact(after.manifest(), kind).orElseThrow();
      var delta = after.manifest().delta(from.file(), to.file()).orElseThrow();
      byte[] rebuilt = FileDelta.decode(artifacts.load(from.file()), artifacts.load(delta.file()));
      assertThat(FileDigest.of(rebuilt)).isEqualTo(to.file());
    }
  }

  /** What was made elsewhere, of a kind that nothing here knows the inside of. */
  @Test
  void uploadedGraph_isReachedByADelta_fromTheOneBefore() throws Exception {
    float[] weights = InitialWeights.of(SPEC, 1);
    ArtifactEntry old = graph(weights);
    ArtifactEntry fresh = graph(next(weights));
    MadeVersion before = make(source(weights), Set.of(), List.of(old), List.of());
    MadeVersion after =
        make(source(next(weights)), Set.of(), List.of(fresh), List.of(before.manifest()));
    var delta = after.manifest().delta(old.file(), fresh.file()).orElseThrow();
    byte[] rebuilt = FileDelta.decode(artifacts.load(old.file()), artifacts.load(delta.file()));
    assertThat(FileDigest.of(rebuilt)).isEqualTo(fresh.file());
  }

  private ArtifactEntry graph(float[] weights) {
    byte[] file = OnnxExporter.float32(SpecifiedModel.of(SPEC, weights)).bytes();
    return new ArtifactEntry(
        ArtifactKind.ONNX, artifacts.save(file), file.length, List.of("onnx"), Optional.empty());
  }

  @Test
  void versionOfOneServerStep_isReachedInWholeNumbers() {
    float[] weights = InitialWeights.of(SPEC, 1);
    GridStep step = new GridStep(1e-5, 1f);
    float[] stepped = weights.clone();
    Random random = new Random(3);
    for (int i = 0; i < stepped.length; i++) {
      stepped[i] = step.moved(stepped[i], (int) (20 * random.nextGaussian()));
    }
    VersionSource before = source(weights);
    VersionSource after = source(stepped);
    MadeVersion made = make(before, Set.of(), List.of(), List.of());
    long unknown = onlyDelta(make(after, Set.of(), List.of(), List.of(made.manifest())));
    models.noteStep(after.version().digest(), before.version().digest(), step);
    long known = onlyDelta(make(after, Set.of(), List.of(), List.of(made.manifest())));
    assertThat(known).isLessThan(after.version().bytes() / 4);
    assertThat(unknown).isGreaterThan(known);
  }

  /** Bytes of the one delta; without one, of the whole file. */
  private static long onlyDelta(MadeVersion made) {
    return made.manifest().deltas().stream()
        .mapToLong(delta -> delta.bytes())
        .findFirst()
        .orElse(made.manifest().artifacts().getFirst().bytes());
  }

  @Test
  void kindThatWasMadeElsewhere_isTakenAsItIs_andTheOthersAreMade() {
    byte[] content = {1, 2, 3};
    var uploaded =
        new ArtifactEntry(
            ArtifactKind.INT4, artifacts.save(content), 3, List.of("int4"), Optional.empty());
    MadeVersion made =
        make(
            source(InitialWeights.of(SPEC, 1)),
            Set.of(ArtifactKind.INT4, ArtifactKind.FP16),
            List.of(uploaded),
            List.of());
    assertThat(made.manifest().artifacts())
        .extracting(ArtifactEntry::kind)
        .containsExactlyInAnyOrder(ArtifactKind.FLOAT32, ArtifactKind.FP16, ArtifactKind.INT4);
    assertThat(artifact(made.manifest(), ArtifactKind.INT4)).contains(uploaded);
  }

  @Test
  void farVersion_hasNoDelta() {
    MadeVersion before =
        make(source(InitialWeights.of(SPEC, 1)), Set.of(ArtifactKind.INT8), List.of(), List.of());
    MadeVersion after =
        make(
            source(InitialWeights.of(SPEC, 2)),
            Set.of(ArtifactKind.INT8),
            List.of(),
            List.of(before.manifest()));
    assertThat(after.manifest().deltas()).isEmpty();
  }
}
