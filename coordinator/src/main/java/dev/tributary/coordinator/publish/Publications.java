package dev.tributary.coordinator.publish;

import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.PopulationName;
import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.aggregation.protocol.health.HealthReport;
import dev.tributary.aggregation.publish.ArtifactEntry;
import dev.tributary.aggregation.publish.FileDigest;
import dev.tributary.aggregation.publish.VersionManifest;
import dev.tributary.coordinator.publish.artifact.ArtifactFiles;
import dev.tributary.coordinator.publish.artifact.ArtifactMetrics;
import dev.tributary.coordinator.publish.artifact.Exclusion;
import dev.tributary.coordinator.publish.artifact.UploadedArtifacts;
import dev.tributary.coordinator.publish.artifact.VersionCatalogue;
import dev.tributary.coordinator.publish.artifact.VersionMaker;
import dev.tributary.coordinator.publish.artifact.VersionPreparation;
import dev.tributary.coordinator.publish.artifact.VersionSource;
import dev.tributary.coordinator.publish.channel.Channel;
import dev.tributary.coordinator.publish.channel.ChannelChange;
import dev.tributary.coordinator.publish.channel.ChannelKey;
import dev.tributary.coordinator.publish.channel.Channels;
import dev.tributary.coordinator.publish.health.HealthLedger;
import dev.tributary.coordinator.publish.metadata.SignedRepository;
import dev.tributary.coordinator.registry.ModelFiles;
import dev.tributary.coordinator.registry.ModelRegistry;
import dev.tributary.coordinator.store.StateStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What operators and devices ask about published versions. One worker makes versions and signs
 * metadata, one thing after another; everything else is the store's. Any thread; nothing blocks the
 * caller but {@link #file}.
 *
 * <p>A channel moves first and is published after it: a crash or a full disk in between leaves
 * devices with what they had, and {@link #tick} makes the two agree.
 */
public final class Publications implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Publications.class);

  /** Of how many earlier releases a device is brought to the newest by a delta. */
  private static final int DELTA_BASES = 3;

  private static final int HISTORY = 1_000;

  private final StateStore database;
  private final ArtifactFiles artifacts;
  private final SignedRepository repository;
  private final Publisher publisher;
  private final Channels channels;
  private final HealthLedger health;
  private final RolloutReviews reviews;
  private final GarbageSearch garbage;
  private final UploadedArtifacts uploads;
  private final ArtifactMetrics metrics;
  private final VersionPreparation preparation;
  private final Exclusion exclusion = new Exclusion();
  private final WorkerExecutor worker;
  private final WorkerExecutor uploadWorker;
  private final WorkerExecutor meterWorker;

  /**
   * Opened parts, and where what is slow runs.
   *
   * @param evaluator measures the files that are published
   */
  public Publications(
      Vertx vertx,
      StateStore database,
      InstantSource clock,
      ModelRegistry registry,
      ModelFiles models,
      ArtifactFiles artifacts,
      SignedRepository repository,
      Channels channels,
      HealthLedger health,
      ModelEvaluator evaluator) {
    this.database = database;
    this.artifacts = artifacts;
    this.repository = repository;
    this.publisher = new Publisher(repository, artifacts, models);
    this.channels = channels;
    this.health = health;
    this.garbage = new GarbageSearch(database, artifacts, publisher);
    this.worker = vertx.createSharedWorkerExecutor("publishing", 1, 1, TimeUnit.HOURS);
    this.uploadWorker = vertx.createSharedWorkerExecutor("uploads", 1, 1, TimeUnit.HOURS);
    this.uploads = new UploadedArtifacts(database, clock, artifacts, uploadWorker, exclusion);
    this.meterWorker = vertx.createSharedWorkerExecutor("measuring", 1, 1, TimeUnit.HOURS);
    this.metrics = new ArtifactMetrics(database, clock, artifacts, models, evaluator, meterWorker);
    this.preparation =
        new VersionPreparation(
            database, clock, new VersionMaker(models, artifacts), metrics, worker);
    this.reviews =
        new RolloutReviews(
            channels, new RolloutEvidence(health, registry, metrics), artifacts, worker);
  }

  public Future<List<Channel>> channels() {
    return channels.all();
  }

  public Future<Channel> channel(ChannelKey key) {
    return channels.find(key);
  }

  /** The newest change first. */
  public Future<List<ChannelChange>> history(ChannelKey key, int limit) {
    return channels.history(key, limit);
  }

  /** Installs a root that was signed elsewhere; see {@link SignedRepository#install}. */
  public Future<Void> installRoot(byte[] file) {
    return onWorker(
            () -> {
              repository.install(file);
              return true;
            })
        .compose(installed -> publish());
  }

  /**
   * Makes a version ready for devices and sends it on its way.
   *
   * @param source the version of the order
   */
  public Future<Channel> promote(Promotion order, VersionSource source) {
    if (!repository.isOpen()) {
      return Future.failedFuture(
          new RejectedException(
              RejectReason.WRONG_STATE,
              "no root is installed, so that no device would believe what is published: see"
                  + " docs/publishing.md, 'Keys and root'"));
    }
    return exclusion
        .beside(
            () ->
                channels
                    .requireNoRollout(order.channel()) // before anything is computed
                    .compose(free -> make(order, source))
                    .compose(
                        manifest ->
                            channels.promote(
                                order.channel(),
                                manifest,
                                order.plan(),
                                order.approval(),
                                order.reason())))
        .compose(this::published);
  }

  /** Whether this version was ever sent on its way in the channel, whatever became of it. */
  public Future<Boolean> wasOrdered(ChannelKey key, ModelDigest version) {
    return database.read(connection -> Channels.wasOrdered(connection, key, version));
  }

  public Future<Channel> approve(ChannelKey key, String reason) {
    return channels.approve(key, reason).compose(this::published);
  }

  public Future<Channel> widen(ChannelKey key, String reason) {
    return channels.widen(key, reason).compose(this::published);
  }

  public Future<Channel> rollBack(ChannelKey key, String reason) {
    return channels.rollBack(key, reason).compose(this::published);
  }

  /** Makes an earlier version of the channel's history the release again. */
  public Future<Channel> rollBackTo(ChannelKey key, ModelDigest version, String reason) {
    return exclusion
        .beside(
            () ->
                found(key, version)
                    .compose(manifest -> onWorker(() -> publisher.complete(manifest)))
                    .compose(manifest -> channels.rollBackTo(key, manifest, reason)))
        .compose(this::published);
  }

  /** The newest manifest of a version in the channel's history. */
  private Future<FileDigest> found(ChannelKey key, ModelDigest version) {
    return channels
        .history(key, HISTORY)
        .compose(
            history ->
                database.read(
                    connection -> {
                      Set<FileDigest> known =
                          Set.copyOf(VersionCatalogue.manifestsOf(connection, version));
                      return history.stream()
                          .map(ChannelChange::manifest)
                          .filter(known::contains)
                          .findFirst();
                    }))
        .compose(
            found ->
                found.isEmpty()
                    ? Future.failedFuture(
                        new RejectedException(
                            RejectReason.NOT_FOUND,
                            "channel " + key + " never had the version " + version))
                    : Future.succeededFuture(found.get()));
  }

  private Future<Channel> published(Channel channel) {
    return publish().map(done -> channel);
  }

  /** The manifest of the version, made with all its files. */
  private Future<FileDigest> make(Promotion order, VersionSource source) {
    return uploads
        .of(source.version().digest(), order.kinds())
        .compose(
            uploaded ->
                earlier(order.channel(), uploaded)
                    .compose(
                        earlier -> preparation.prepare(source, order.kinds(), uploaded, earlier)));
  }

  /** What devices of the channel may have: its last releases, the newest first. */
  private Future<List<VersionManifest>> earlier(ChannelKey key, List<ArtifactEntry> uploaded) {
    return database
        .read(connection -> Channels.releases(connection, key, DELTA_BASES))
        .compose(
            releases ->
                onWorker(
                    () -> {
                      for (ArtifactEntry upload : uploaded) {
                        publisher.requireThere(
                            upload.file(), "uploaded file of kind " + upload.kind().code());
                      }
                      return releases.stream()
                          .filter(manifest -> artifacts.find(manifest).isPresent())
                          .map(manifest -> Publisher.manifest(artifacts.load(manifest)))
                          .toList();
                    }));
  }

  /** Publishes what the channels name, if that is not published. */
  private Future<Void> publish() {
    return channels
        .all()
        .compose(
            all ->
                onWorker(
                    () -> {
                      publisher.publish(all);
                      return true;
                    }))
        .mapEmpty();
  }

  /**
   * What is due: metadata that would expire is signed again, rollouts are reviewed, and what a
   * crash left unpublished is published.
   */
  public Future<Void> tick() {
    if (!repository.isOpen()) {
      return Future.succeededFuture();
    }
    return onWorker(
            () -> {
              repository.refresh();
              return true;
            })
        .otherwise(
            cause -> { // rollouts are reviewed all the same
              LOG.warn("metadata could not be signed again", cause);
              return false;
            })
        .compose(refreshed -> channels.all())
        .compose(reviews::all)
        .compose(reviewed -> publish())
        .onFailure(cause -> LOG.warn("publishing did not get on", cause));
  }

  /** A version's manifest by its name. */
  public Future<VersionManifest> manifest(FileDigest digest) {
    return onWorker(
        () -> {
          if (artifacts.find(digest).isEmpty()) {
            throw new RejectedException(RejectReason.NOT_FOUND, "there is no manifest " + digest);
          }
          return Publisher.manifest(artifacts.load(digest));
        });
  }

  /** The newest manifest of a version. */
  public Future<VersionManifest> manifestOf(ModelDigest version) {
    return database
        .read(connection -> VersionCatalogue.manifestsOf(connection, version))
        .compose(
            all ->
                all.isEmpty()
                    ? Future.failedFuture(
                        new RejectedException(
                            RejectReason.NOT_FOUND,
                            "version "
                                + version
                                + " was not published, or its files were collected"))
                    : manifest(all.getFirst()));
  }

  /**
   * Finds, and unless it is only asked for deletes, what no channel, no kept release and no delta
   * between them needs.
   *
   * @param uploaded whether that goes for artifacts that were uploaded, too; otherwise they stay
   */
  public Future<Garbage> collect(boolean dryRun, boolean uploaded) {
    return exclusion.alone(
        () ->
            garbage
                .needs()
                .compose(needs -> onWorker(() -> garbage.find(needs, uploaded)))
                .compose(
                    found ->
                        dryRun
                            ? Future.succeededFuture(found)
                            : garbage
                                .forget(found)
                                .compose(forgotten -> onWorker(() -> garbage.delete(found)))));
  }

  /** A metadata file, for devices. */
  public Optional<byte[]> metadata(String name) {
    return repository.file(name);
  }

  /** Whether a device of the population may fetch a target. */
  public boolean mayFetch(PopulationName population, FileDigest file) {
    return publisher.mayFetch(population, file);
  }

  /** The file of a target or of an artifact. Blocks. */
  public Optional<Path> file(ModelDigest digest) {
    return publisher.find(new FileDigest(digest.hex()));
  }

  /** Counts a device's report; whether it was new. */
  public Future<Boolean> report(PopulationName population, DeviceId device, HealthReport report) {
    return health.add(population, device, report);
  }

  /** Why devices did not take their last update, and how many. */
  public Future<Map<String, Long>> refusals() {
    return health.refusals();
  }

  /** The artifacts that were made elsewhere. */
  public UploadedArtifacts uploads() {
    return uploads;
  }

  /** How well published files do. */
  public ArtifactMetrics metrics() {
    return metrics;
  }

  private <T> Future<T> onWorker(Callable<T> work) {
    return worker.executeBlocking(work, true).map(Objects::requireNonNull);
  }

  @Override
  public void close() {
    worker.close();
    uploadWorker.close();
    meterWorker.close();
  }
}
