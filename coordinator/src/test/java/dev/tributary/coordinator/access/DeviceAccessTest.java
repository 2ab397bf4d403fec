package dev.tributary.coordinator.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.PopulationName;
import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.aggregation.protocol.SdkVersion;
import dev.tributary.aggregation.protocol.VersionRange;
import dev.tributary.aggregation.protocol.access.EnrolRequest;
import dev.tributary.coordinator.loop.EventLoops;
import dev.tributary.coordinator.store.SqlTaskStore;
import dev.tributary.coordinator.store.sqlite.Database;
import dev.tributary.security.identity.DeviceKeyPair;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Which population a device is in, as it is remembered between its requests. */
@Timeout(60)
final class DeviceAccessTest {

  private static final PopulationName OLD = new PopulationName("old");
  private static final PopulationName NEW = new PopulationName("new");
  private static final int READER_COUNT = 4;

  private final Vertx vertx = Vertx.vertx();
  private final SecureRandom random = new SecureRandom();
  private final DeviceKeyPair keys = DeviceKeyPair.generate(random);
  private final DeviceId device = DeviceId.of(keys.publicKey());
  private Database database;
  private DeviceAccess access;
  private EnrolmentTokens tokens;

  @BeforeEach
  void open(@TempDir Path folder) throws IOException {
    InstantSource clock = InstantSource.system();
    database = Database.open(folder, clock.instant());
    var limits = new AccessLimits(Duration.ofMinutes(15), Duration.ofMinutes(1), 100);
    access =
        new DeviceAccess(
            EventLoops.of(vertx),
            database,
            limits,
            clock,
            clock,
            random,
            DeviceAuthority.open(folder, random, clock.instant()));
    tokens = new EnrolmentTokens(database, clock, random);
    var populations = new SqlTaskStore(database);
    get(populations.addPopulation(OLD, clock.instant()));
    get(populations.addPopulation(NEW, clock.instant()));
    enrol(OLD);
  }

  @AfterEach
  void close() {
    get(vertx.close());
    database.close();
  }

  @Test
  void populationReadBeforeTheDeviceMoved_isNotRememberedAfterwards() throws Exception {
    CountDownLatch moved = new CountDownLatch(1);
    CountDownLatch asked = new CountDownLatch(1);
    Promise<Void> heard = Promise.promise();
    Vertx others = Vertx.vertx();
    Runnable ask =
        () -> {
          access.requireMember(device, OLD).onComplete(heard);
          asked.countDown();
          try {
            moved.await(); // what was read is heard on this context, so not before
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        };
    Thread.ofPlatform()
        .start(() -> others.getOrCreateContext().runOnContext(ignored -> ask.run()))
        .join();
    asked.await();
    finishReads();
    enrol(NEW);
    moved.countDown();
    get(heard.future());
    get(others.close());

    get(access.requireMember(device, NEW));
    assertThatThrownBy(() -> get(access.requireMember(device, OLD)))
        .isInstanceOf(CompletionException.class)
        .cause()
        .isInstanceOfSatisfying(
            RejectedException.class,
            e -> assertThat(e.reason()).isEqualTo(RejectReason.UNKNOWN_POPULATION));
  }

  /** Returns when every reader has come to a barrier that was queued now. */
  private void finishReads() {
    CyclicBarrier everyReader = new CyclicBarrier(READER_COUNT);
    Future.all(
            IntStream.range(0, READER_COUNT)
                .mapToObj(
                    i ->
                        database.read(
                            connection -> {
                              try {
                                return everyReader.await(30, TimeUnit.SECONDS);
                              } catch (Exception e) {
                                throw new IllegalStateException(e);
                              }
                            }))
                .toList())
        .toCompletionStage()
        .toCompletableFuture()
        .join();
  }

  private void enrol(PopulationName population) {
    var token = get(tokens.create(population, 1, Duration.ofHours(1))).token();
    get(
        access.enrol(
            EnrolRequest.signed(
                VersionRange.SUPPORTED, population, token, keys, SdkVersion.of("1.0.0"))));
  }

  private static <T> T get(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
  }
}
