package dev.tributary.coordinator.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.PopulationName;
import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.aggregation.protocol.SdkVersion;
import dev.tributary.aggregation.protocol.VersionRange;
import dev.tributary.aggregation.protocol.access.Challenge;
import dev.tributary.aggregation.protocol.access.ChallengeRequest;
import dev.tributary.aggregation.protocol.access.EnrolRequest;
import dev.tributary.aggregation.protocol.access.SessionRequest;
import dev.tributary.coordinator.loop.EventLoops;
import dev.tributary.coordinator.store.SqlTaskStore;
import dev.tributary.coordinator.store.sqlite.Database;
import dev.tributary.security.identity.DeviceKeyPair;
import dev.tributary.security.secret.InsecureSecretAccess;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The machine's clock is set while devices have sessions: only time that passes counts. */
@Timeout(60)
final class ClockStepsTest {

  private static final PopulationName POPULATION = new PopulationName("pens");
  private static final Duration DAY = Duration.ofDays(1);

  private final Vertx vertx = Vertx.vertx();
  private final SecureRandom random = new SecureRandom();
  private final DeviceKeyPair keys = DeviceKeyPair.generate(random);
  private Instant machine = Instant.parse("2026-11-23T12:00:00Z");
  private Instant steady = machine;
  private Database database;
  private DeviceAccess access;

  @BeforeEach
  void open(@TempDir Path folder) throws IOException {
    database = Database.open(folder, machine);
    access =
        new DeviceAccess(
            EventLoops.of(vertx),
            database,
            new AccessLimits(Duration.ofMinutes(15), Duration.ofMinutes(1), 100),
            () -> machine,
            () -> steady,
            random,
            DeviceAuthority.open(folder, random, machine));
    get(new SqlTaskStore(database).addPopulation(POPULATION, machine));
    var token =
        get(new EnrolmentTokens(database, () -> machine, random)
                .create(POPULATION, 1, Duration.ofHours(1)))
            .token();
    get(
        access.enrol(
            EnrolRequest.signed(
                VersionRange.SUPPORTED, POPULATION, token, keys, SdkVersion.of("1.0.0"))));
  }

  @AfterEach
  void close() {
    get(vertx.close());
    database.close();
  }

  @Test
  void clockSetForth_endsNoSession_andNoChallenge() throws Exception {
    Challenge challenge = challenge();
    String session = open(challenge);
    Challenge next = challenge();
    machine = machine.plus(DAY);
    assertThat(access.authenticate(session)).isEqualTo(DeviceId.of(keys.publicKey()));
    assertThat(access.authenticate(open(next))).isEqualTo(DeviceId.of(keys.publicKey()));
  }

  @Test
  void clockSetForthAndBack_makesNoSpentChallengeGoodAgain() {
    Challenge spent = challenge();
    open(spent);
    machine = machine.plus(DAY);
    open(challenge()); // what has expired is forgotten on such an occasion
    machine = machine.minus(DAY);
    assertRefused(() -> open(spent), RejectReason.BAD_CHALLENGE);
  }

  @Test
  void clockSetBack_prolongsNothing() {
    String session = open(challenge());
    Challenge challenge = challenge();
    machine = machine.minus(DAY);
    steady = steady.plus(Duration.ofMinutes(16));
    assertRefused(() -> access.authenticate(session), RejectReason.TOKEN_EXPIRED);
    assertRefused(() -> open(challenge), RejectReason.BAD_CHALLENGE);
  }

  private Challenge challenge() {
    return access.challenge(new ChallengeRequest(DeviceId.of(keys.publicKey())));
  }

  private String open(Challenge challenge) {
    return get(access.openSession(
            SessionRequest.signed(VersionRange.SUPPORTED, challenge.nonce(), keys)))
        .token()
        .text(InsecureSecretAccess.get());
  }

  private static void assertRefused(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable what, RejectReason reason) {
    assertThatThrownBy(what)
        .satisfies(
            thrown -> {
              Throwable cause =
                  thrown instanceof CompletionException wrapped ? wrapped.getCause() : thrown;
              assertThat(cause)
                  .isInstanceOfSatisfying(
                      RejectedException.class, e -> assertThat(e.reason()).isEqualTo(reason));
            });
  }

  private static <T> T get(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
  }
}
