package dev.tributary.coordinator.publish;

import static dev.tributary.coordinator.store.sqlite.DatabaseTest.failure;
import static dev.tributary.coordinator.store.sqlite.DatabaseTest.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.aggregation.compress.MalformedArtifactException;
import dev.tributary.aggregation.compress.ModelArtifact;
import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.model.ModelState;
import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.OpaqueBytes;
import dev.tributary.aggregation.protocol.PopulationName;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.aggregation.protocol.TaskName;
import dev.tributary.aggregation.protocol.health.HealthReport;
import dev.tributary.aggregation.protocol.health.LatencyHistogram;
import dev.tributary.aggregation.publish.ChannelName;
import dev.tributary.aggregation.publish.FileDigest;
import dev.tributary.aggregation.runtime.Evaluation;
import dev.tributary.aggregation.runtime.InitialWeights;
import dev.tributary.coordinator.disk.Disk;
import dev.tributary.coordinator.publish.artifact.ArtifactFiles;
import dev.tributary.coordinator.publish.artifact.VersionCatalogue;
import dev.tributary.coordinator.publish.artifact.VersionSource;
import dev.tributary.coordinator.publish.channel.Channel;
import dev.tributary.coordinator.publish.channel.ChannelKey;
import dev.tributary.coordinator.publish.channel.Channels;
import dev.tributary.coordinator.publish.health.HealthLedger;
import dev.tributary.coordinator.publish.metadata.SignedRepository;
import dev.tributary.coordinator.publish.rollout.Gates;
import dev.tributary.coordinator.publish.rollout.RolloutPlan;
import dev.tributary.coordinator.registry.ModelFiles;
import dev.tributary.coordinator.registry.ModelVersion;
import dev.tributary.coordinator.registry.SqlModelRegistry;
import dev.tributary.coordinator.store.SqlTaskStore;
import dev.tributary.coordinator.store.StoreException;
import dev.tributary.coordinator.store.sqlite.Database;
import dev.tributary.security.identity.DeviceKeyPair;
import dev.tributary.security.metadata.MetadataRole;
import dev.tributary.security.metadata.SignedMetadata;
import dev.tributary.security.metadata.signing.Lifetimes;
import dev.tributary.security.metadata.signing.MetadataSigner;
import dev.tributary.security.metadata.signing.OnlineKeyFolder;
import dev.tributary.security.metadata.signing.RootDraft;
import dev.tributary.security.metadata.signing.RootPlan;
import dev.tributary.security.seal.FileSealer;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Publishing goes on as far as it can when one part of it fails. */
@Timeout(60)
class PublicationsTest {

  private static final PopulationName PENS = new PopulationName("pens");
  private static final ChannelKey STABLE = new ChannelKey(PENS, ChannelName.STABLE);
  private static final ModelSpec SPEC =
      ModelSpec.fromJson(
          """
          {"format":"tributary-model/1","input":[3],"layers":[{"type":"linear","units":2}],
           "loss":"softmax-cross-entropy","classes":2}\
          """);
  private static final RolloutPlan ONE_STAGE =
      new RolloutPlan(
          List.of(RolloutPlan.ALL),
          Duration.ZERO,
          new Gates(
              1, 20, 1, .3, 1, Double.POSITIVE_INFINITY, Optional.empty(), Optional.empty(), 2));

  @TempDir private Path folder;
  private final SecureRandom random = new SecureRandom();
  private final Vertx vertx = Vertx.vertx();
  private volatile Instant now = Instant.parse("2026-11-26T12:00:00Z");
  private Database database;
  private final Choosy evaluator = new Choosy();
  private ModelFiles models;
  private Publications publications;

  @BeforeEach
  void open() throws Exception {
    database = Database.open(folder, now);
    models = ModelFiles.open(folder.resolve("models"), Disk.ofMachine());
    publications =
        new Publications(
            vertx,
            database,
            () -> now,
            new SqlModelRegistry(database),
            models,
            ArtifactFiles.open(folder.resolve("artifacts"), Disk.ofMachine()),
            SignedRepository.open(
                folder, Optional.empty(), Disk.ofMachine(), Lifetimes.USUAL, () -> now, random),
            new Channels(database, () -> now, random),
            new HealthLedger(database, () -> now, Duration.ZERO),
            evaluator);
    get(new SqlTaskStore(database).addPopulation(PENS, now));
    get(publications.installRoot(root()));
  }

  @AfterEach
  void close() {
    publications.close();
    get(vertx.close());
    database.close();
  }

  private byte[] root() throws Exception {
    Path keys = folder.resolve("metadata-keys");
    var holder = new MetadataSigner(DeviceKeyPair.generate(random));
    RootPlan plan =
        RootPlan.first(1, now.plus(Duration.ofDays(365))).with(MetadataRole.ROOT, holder.key());
    var online =
        OnlineKeyFolder.open(
            keys, FileSealer.withKeyFile(keys.resolve("sealing-key"), random), random);
    for (var role : online.byRole().entrySet()) {
      plan = plan.with(role.getKey(), role.getValue().getFirst().key());
    }
    return RootDraft.unsigned(plan, Optional.empty()).signedBy(holder).file().encode();
  }

  /** Has rows, and cannot run the files named here. */
  private static final class Choosy implements ModelEvaluator {
    final Set<FileDigest> unrunnable = new HashSet<>();
    final List<FileDigest> measured = new ArrayList<>();

    @Override
    public Optional<Evaluation> evaluate(TaskName task, ModelSpec spec, ModelState state) {
      return Optional.of(Evaluation.empty(spec.classes()));
    }

    @Override
    public Optional<Evaluation> measure(TaskName task, ModelArtifact artifact)
        throws MalformedArtifactException {
      FileDigest file = FileDigest.of(artifact.bytes());
      if (unrunnable.contains(file)) {
        throw new MalformedArtifactException("no such operator");
      }
      measured.add(file);
      return ModelEvaluator.super.measure(task, artifact);
    }
  }

  @Test
  void fileThatCannotBeMeasured_isNotPublished_andIsNamed() {
    FileDigest file = new FileDigest(models.save(state(1)).digest().hex());
    evaluator.unrunnable.add(file);
    assertThatThrownBy(() -> promoted(1))
        .hasRootCauseInstanceOf(RejectedException.class)
        .hasStackTraceContaining(file.hex())
        .hasStackTraceContaining("float32 cannot be measured: no such operator");
    assertThat(get(publications.channels())).as("no channel has moved").isEmpty();
  }

  /** As after a restart with a runtime that cannot run it, or with rows for the first time. */
  @Test
  void releaseThatCannotBeMeasured_standsInNobodysWay() {
    FileDigest old = new FileDigest(models.save(state(1)).digest().hex());
    promoted(1);
    get(
        database.write(
            connection -> {
              VersionCatalogue.forget(connection, Set.of(), Set.of(old));
              return true;
            }));
    evaluator.unrunnable.add(old);
    evaluator.measured.clear();
    Channel staged = promoted(2);
    assertThat(staged.rollout()).isPresent();
    assertThat(evaluator.measured)
        .containsExactly(new FileDigest(models.save(state(2)).digest().hex()));
  }

  private static ModelState state(long seed) {
    return new ModelState(SPEC.layout(), InitialWeights.of(SPEC, seed));
  }

  private Channel promoted(long seed) {
    var stored = models.save(state(seed));
    var version =
        new ModelVersion(
            new TaskName("task-" + seed),
            0,
            stored.digest(),
            Optional.empty(),
            Optional.empty(),
            stored.bytes(),
            0,
            Optional.empty(),
            Optional.empty(),
            now,
            List.of());
    var order =
        new Promotion(
            STABLE, stored.digest(), Set.of(), Optional.of(ONE_STAGE), false, "by a test");
    return get(publications.promote(order, new VersionSource(PENS, version, SPEC, "{}")));
  }

  /** One device that made 50 calls, so many of which failed. */
  private void reported(FileDigest manifest, long failures) {
    long[] latency = new long[LatencyHistogram.BUCKETS];
    latency[30] = 50 - failures;
    var report =
        new HealthReport(
            1,
            OpaqueBytes.of(HexFormat.of().parseHex(manifest.hex())),
            1,
            0,
            50,
            failures,
            0,
            LatencyHistogram.of(latency),
            "");
    assertThat(get(publications.report(PENS, new DeviceId("0".repeat(32)), report))).isTrue();
  }

  private Instant timestampExpires() throws Exception {
    return SignedMetadata.timestamp(publications.metadata("timestamp.json").orElseThrow())
        .metadata()
        .expires();
  }

  @Test
  void metadataThatCannotBeSignedAgain_doesNotKeepABadVersionOnItsDevices() throws Exception {
    FileDigest old = promoted(1).release().orElseThrow();
    FileDigest bad = promoted(2).rollout().orElseThrow().manifest();
    reported(bad, 50);
    Instant expires = timestampExpires();
    now = now.plus(Lifetimes.USUAL.timestamp().dividedBy(2)).plusSeconds(1);
    // No timestamp can be written while its passing name is a folder that is not empty: this holds
    // for root, too, whom permissions do not stop.
    Path obstacle = folder.resolve("metadata").resolve("timestamp.json.unfinished");
    Files.createFile(Files.createDirectory(obstacle).resolve("file"));

    assertThat(failure(publications.tick())).isInstanceOf(StoreException.class);

    Channel channel = get(publications.channel(STABLE));
    assertThat(channel.rollout()).isEmpty();
    assertThat(channel.release()).contains(old);
    assertThat(timestampExpires()).isEqualTo(expires);

    Files.delete(obstacle.resolve("file"));
    get(publications.tick());

    assertThat(timestampExpires()).isAfter(expires);
    assertThat(publications.mayFetch(PENS, old)).isTrue();
  }
}
