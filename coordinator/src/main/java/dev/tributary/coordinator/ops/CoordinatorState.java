package dev.tributary.coordinator.ops;

import dev.tributary.coordinator.access.AdminTokens;
import dev.tributary.coordinator.access.DeviceAuthority;
import dev.tributary.coordinator.access.EnrolmentTokens;
import dev.tributary.coordinator.disk.Disk;
import dev.tributary.coordinator.intake.UploadIntake;
import dev.tributary.coordinator.loop.EventLoops;
import dev.tributary.coordinator.publish.Publications;
import dev.tributary.coordinator.publish.artifact.ArtifactFiles;
import dev.tributary.coordinator.publish.channel.Channels;
import dev.tributary.coordinator.publish.health.HealthLedger;
import dev.tributary.coordinator.publish.metadata.SignedRepository;
import dev.tributary.coordinator.registry.SqlModelRegistry;
import dev.tributary.coordinator.schedule.RoundProgress;
import dev.tributary.coordinator.store.StoreException;
import dev.tributary.coordinator.store.sqlite.Database;
import dev.tributary.security.identity.BearerToken;
import dev.tributary.security.metadata.signing.Lifetimes;
import dev.tributary.security.secret.OwnerOnlyFile;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything of a coordinator that lies in its state folder. Opened and closed on worker threads.
 */
final class CoordinatorState {

  private static final Logger LOG = LoggerFactory.getLogger(CoordinatorState.class);
  private static final int LARGEST_TOKEN_FILE_BYTES = 1024;

  private final Vertx vertx;
  private final CoordinatorMetrics metrics;
  private final Database database;
  private final AdminTokens adminTokens;
  private final EnrolmentTokens enrolmentTokens;
  private final DeviceAuthority authority;
  private final UploadIntake intake;
  private final Desks desks;
  private final Publications publications;
  private final Deque<AutoCloseable> opened;
  private volatile boolean closing;

  private CoordinatorState(
      Vertx vertx,
      CoordinatorMetrics metrics,
      Database database,
      AdminTokens adminTokens,
      EnrolmentTokens enrolmentTokens,
      DeviceAuthority authority,
      UploadIntake intake,
      Desks desks,
      Publications publications,
      Deque<AutoCloseable> opened) {
    this.vertx = vertx;
    this.metrics = metrics;
    this.database = database;
    this.adminTokens = adminTokens;
    this.enrolmentTokens = enrolmentTokens;
    this.authority = authority;
    this.intake = intake;
    this.desks = desks;
    this.publications = publications;
    this.opened = opened;
  }

  /**
   * Opens everything, or nothing.
   *
   * @throws ConfigException when the folder or the given admin token cannot be used
   */
  static CoordinatorState open(Vertx vertx, CoordinatorConfig config, Desks.Opener opener)
      throws IOException {
    Deque<AutoCloseable> opened = new ArrayDeque<>();
    try {
      InstantSource clock = InstantSource.system();
      SecureRandom random = new SecureRandom();
      Path folder = config.stateDirectory();
      Optional<BearerToken> given = adminToken(config);
      // Beside the database: each of the two takes a second of a cold process.
      Future<CoordinatorMetrics> counting =
          vertx.executeBlocking(CoordinatorMetrics::new, false).map(Objects::requireNonNull);
      opened.push(() -> counting.toCompletionStage().toCompletableFuture().join().close());
      Database database = Database.open(folder, clock.instant());
      opened.push(database);
      opened.push(LogFile.open(folder, config.logs()));
      CoordinatorMetrics metrics = counting.toCompletionStage().toCompletableFuture().join();
      AdminTokens adminTokens = AdminTokens.open(database, folder, given, random, clock.instant());
      DeviceAuthority authority = DeviceAuthority.open(folder, random, clock.instant());
      opened.push(authority);
      warnOfSmallHeap(config.uploads().memoryBytes());
      UploadIntake intake =
          UploadIntake.open(
              EventLoops.of(vertx), new SteadyClock(), config.uploads(), folder.resolve("stage"));
      opened.push(intake);
      Desks desks = opener.open(database, folder, authority, metrics.registry());
      opened.push(desks.operators().watch(round -> dropIfEnded(intake, round)));
      Publications publications = publications(vertx, config, database, desks, clock, random);
      opened.push(publications);
      return new CoordinatorState(
          vertx,
          metrics,
          database,
          adminTokens,
          new EnrolmentTokens(database, clock, random),
          authority,
          intake,
          desks,
          publications,
          opened);
    } catch (IOException | RuntimeException e) {
      closeAll(opened);
      throw e;
    }
  }

  private static Publications publications(
      Vertx vertx,
      CoordinatorConfig config,
      Database database,
      Desks desks,
      InstantSource clock,
      SecureRandom random) {
    Path folder = config.stateDirectory();
    Disk disk = Disk.ofMachine();
    return new Publications(
        vertx,
        database,
        clock,
        new SqlModelRegistry(database),
        desks.models(),
        ArtifactFiles.open(folder.resolve("artifacts"), disk),
        SignedRepository.open(
            folder, config.publishing().sealingKeyFile(), disk, Lifetimes.USUAL, clock, random),
        new Channels(database, clock, random),
        new HealthLedger(database, clock, config.publishing().reports()),
        desks.evaluator());
  }

  private static void dropIfEnded(UploadIntake intake, RoundProgress round) {
    if (round.ended()) {
      intake.dropRound(round.round());
    }
  }

  private static void warnOfSmallHeap(long stageBytes) {
    long heapBytes = Runtime.getRuntime().maxMemory();
    if (stageBytes > heapBytes / 2) {
      LOG.warn(
          "uploads.memoryBytes is {}, more than half of the heap of {} bytes: enlarge the one or"
              + " lower the other",
          stageBytes,
          heapBytes);
    }
  }

  private static Optional<BearerToken> adminToken(CoordinatorConfig config) {
    if (config.adminTokenFile().isEmpty()) {
      return Optional.empty();
    }
    Path file = config.adminTokenFile().get();
    try {
      byte[] content = OwnerOnlyFile.read(file, LARGEST_TOKEN_FILE_BYTES);
      return Optional.of(BearerToken.of(new String(content, StandardCharsets.US_ASCII).strip()));
    } catch (IllegalArgumentException e) {
      throw new ConfigException(
          "access.adminTokenFile " + file + " holds no token: " + e.getMessage(), e);
    } catch (IOException e) {
      String what = Files.exists(file) ? e.getMessage() : "it does not exist";
      throw new ConfigException("access.adminTokenFile " + file + " cannot be read: " + what, e);
    }
  }

  CoordinatorMetrics metrics() {
    return metrics;
  }

  Database database() {
    return database;
  }

  AdminTokens adminTokens() {
    return adminTokens;
  }

  EnrolmentTokens enrolmentTokens() {
    return enrolmentTokens;
  }

  DeviceAuthority authority() {
    return authority;
  }

  UploadIntake intake() {
    return intake;
  }

  Publications publications() {
    return publications;
  }

  Desks desks() {
    return desks;
  }

  /** What keeps this state from being served now, if anything does. */
  Future<Optional<String>> obstacle() {
    StoreException gaveUp = database.gaveUp().result();
    if (gaveUp != null) {
      return Future.succeededFuture(Optional.ofNullable(gaveUp.getMessage()));
    }
    if (closing) {
      return Future.succeededFuture(Optional.of("the coordinator is stopping"));
    }
    return database.read(
        connection -> {
          try (var query = connection.prepareStatement("select 1");
              var row = query.executeQuery()) {
            return row.next() ? Optional.empty() : Optional.of("the state is empty");
          }
        });
  }

  /** Lets rounds end, while devices can still be answered. The first step of closing. */
  Future<Void> endRounds() {
    closing = true;
    return blocking(desks::close);
  }

  /** Closes what is left, in the reverse order of opening. */
  Future<Void> close() {
    return blocking(() -> closeAll(opened));
  }

  private Future<Void> blocking(Runnable work) {
    return vertx
        .executeBlocking(
            () -> {
              work.run();
              return true;
            },
            false)
        .mapEmpty();
  }

  private static void closeAll(Deque<AutoCloseable> opened) {
    while (!opened.isEmpty()) {
      AutoCloseable next = opened.pop();
      try {
        next.close();
      } catch (Exception e) {
        LOG.warn("{} did not close cleanly", next.getClass().getSimpleName(), e);
      }
    }
  }
}
