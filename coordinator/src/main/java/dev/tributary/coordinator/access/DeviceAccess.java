package dev.tributary.coordinator.access;

import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.PopulationName;
import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.aggregation.protocol.VersionRange;
import dev.tributary.aggregation.protocol.access.Challenge;
import dev.tributary.aggregation.protocol.access.ChallengeRequest;
import dev.tributary.aggregation.protocol.access.EnrolRequest;
import dev.tributary.aggregation.protocol.access.SessionRequest;
import dev.tributary.aggregation.protocol.access.SessionResponse;
import dev.tributary.coordinator.loop.EventLoops;
import dev.tributary.coordinator.store.StateStore;
import dev.tributary.security.identity.DevicePublicKey;
import io.vertx.core.Future;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How a device becomes known and proves who it is: enrolment with a token and a proof of
 * possession, then a signed challenge for each short session. Signatures are checked on worker
 * threads, SQL runs on the store's; callers are event loops.
 */
public final class DeviceAccess {

  private static final int REMEMBERED_DEVICES = 100_000;

  private final EventLoops loops;
  private final StateStore database;
  private final AccessLimits limits;
  private final InstantSource clock;
  private final DeviceAuthority authority;
  private final Challenges challenges;
  private final Sessions sessions;
  private final Map<DeviceId, PopulationName> populations = new ConcurrentHashMap<>();
  private long enrolmentCount; // under the lock of this

  /**
   * Access to one coordinator.
   *
   * @param clock the machine's, for what is stored
   * @param steady monotonic, for challenges and sessions, which live no longer than this process: a
   *     clock that is set forth would end them, and one that is set back would make good again what
   *     was used up
   */
  public DeviceAccess(
      EventLoops loops,
      StateStore database,
      AccessLimits limits,
      InstantSource clock,
      InstantSource steady,
      SecureRandom random,
      DeviceAuthority authority) {
    this.loops = loops;
    this.database = database;
    this.limits = limits;
    this.clock = clock;
    this.authority = authority;
    this.challenges = new Challenges(limits, steady, random);
    this.sessions = new Sessions(limits, steady, random);
  }

  /**
   * Enrols the device's key. The same key with the same token again is a retry: it is answered as
   * the first time and takes no use of the token, which may be used up or expired by then; with a
   * fresh certificate when the first one is from another day.
   *
   * @return fails with {@link RejectedException} BAD_SIGNATURE, BAD_TOKEN, TOKEN_EXPIRED or
   *     UNKNOWN_POPULATION
   */
  public Future<Enrolment> enrol(EnrolRequest request) {
    Instant now = clock.instant();
    DeviceId device = DeviceId.of(request.publicKey());
    return loops
        .blocking(
            () -> {
              request.verifyProof();
              return true;
            })
        .compose(proven -> database.write(connection -> enrol(connection, request, device, now)))
        .compose(use -> enrolled(use, device, request.population()))
        .onSuccess(this::forget)
        .compose(enrolled -> certified(request, device, now));
  }

  private Future<Enrolment> certified(EnrolRequest request, DeviceId device, Instant now) {
    return loops
        .blocking(() -> authority.credentials(request.publicKey(), request.population(), now))
        .map(credentials -> new Enrolment(device, credentials));
  }

  private static EnrolmentTokens.Use enrol(
      Connection connection, EnrolRequest request, DeviceId device, Instant now)
      throws SQLException {
    if (DeviceTable.isEnrolledBy(connection, device, request)) {
      return EnrolmentTokens.Use.REPEATED;
    }
    EnrolmentTokens.Use use =
        EnrolmentTokens.take(connection, request.token().hash(), request.population(), now);
    if (use == EnrolmentTokens.Use.TAKEN) {
      DeviceTable.put(connection, device, request, now);
    }
    return use;
  }

  private static Future<DeviceId> enrolled(
      EnrolmentTokens.Use use, DeviceId device, PopulationName population) {
    return switch (use) {
      case TAKEN, REPEATED -> Future.succeededFuture(device);
      // Which populations exist is told only to whoever holds a token.
      case UNKNOWN -> rejected(RejectReason.BAD_TOKEN, "the enrolment token is not known here");
      case EXPIRED ->
          rejected(RejectReason.TOKEN_EXPIRED, "the enrolment token has expired or is used up");
      case OTHER_POPULATION ->
          rejected(
              RejectReason.UNKNOWN_POPULATION,
              "the enrolment token does not open population '" + population + "'");
    };
  }

  /** A challenge for whoever asks: it is worth nothing without the device's key. */
  public Challenge challenge(ChallengeRequest request) {
    return new Challenge(
        challenges.issue(request.deviceId()), Math.toIntExact(limits.challenge().toSeconds()));
  }

  /**
   * Opens a session for the device that signed its challenge.
   *
   * @return fails with {@link RejectedException} BAD_SIGNATURE, TOKEN_EXPIRED, UNKNOWN_DEVICE or
   *     OVERLOADED
   */
  public Future<SessionResponse> openSession(SessionRequest request) {
    DeviceId device = request.deviceId();
    try {
      challenges.check(device, request.nonce());
    } catch (RejectedException e) {
      return Future.failedFuture(e);
    }
    return database
        .read(connection -> DeviceTable.publicKey(connection, device))
        .compose(
            key ->
                key.isPresent()
                    ? loops.blocking(() -> session(request, key.get()))
                    : rejected(
                        RejectReason.UNKNOWN_DEVICE, "device " + device + " is not enrolled"))
        .onSuccess(
            session ->
                database.write(
                    connection -> DeviceTable.seen(connection, device, clock.instant())));
  }

  /**
   * The device a bearer token speaks for. Fast enough for an event loop.
   *
   * @throws RejectedException BAD_TOKEN or TOKEN_EXPIRED
   */
  public DeviceId authenticate(String bearer) throws RejectedException {
    return sessions.check(bearer);
  }

  /**
   * Requires that the device has enrolled in the population. Remembered: only {@link #enrol}
   * changes it.
   *
   * @return fails with {@link RejectedException} UNKNOWN_DEVICE or UNKNOWN_POPULATION
   */
  public Future<Void> requireMember(DeviceId device, PopulationName population) {
    return population(device).compose(known -> member(known, population));
  }

  /**
   * The population that the device has enrolled in.
   *
   * @return fails with {@link RejectedException} UNKNOWN_DEVICE
   */
  public Future<PopulationName> population(DeviceId device) {
    PopulationName remembered = populations.get(device);
    if (remembered != null) {
      return Future.succeededFuture(remembered);
    }
    long enrolmentsBefore = enrolments();
    return database
        .read(connection -> DeviceTable.population(connection, device))
        .compose(
            found -> {
              if (found.isEmpty()) {
                return rejected(
                    RejectReason.UNKNOWN_DEVICE, "device " + device + " is not enrolled");
              }
              remember(device, found.get(), enrolmentsBefore);
              return Future.succeededFuture(found.get());
            });
  }

  private synchronized long enrolments() {
    return enrolmentCount;
  }

  private synchronized void forget(DeviceId device) {
    enrolmentCount++;
    populations.remove(device);
  }

  /**
   * Not when a device has enrolled since the read began: it may be this one, and what was read may
   * be where it was before.
   */
  private synchronized void remember(
      DeviceId device, PopulationName population, long enrolmentsBefore) {
    if (enrolmentCount != enrolmentsBefore) {
      return;
    }
    if (populations.size() >= REMEMBERED_DEVICES) {
      populations.clear();
    }
    populations.put(device, population);
  }

  private static Future<Void> member(PopulationName known, PopulationName population) {
    return known.equals(population)
        ? Future.succeededFuture()
        : rejected(
            RejectReason.UNKNOWN_POPULATION,
            "the device is not enrolled in population '" + population + "'");
  }

  /**
   * Devices in the order of their names, after {@code after} (empty: from the start), at most
   * {@code limit}.
   */
  public Future<List<EnrolledDevice>> devices(String after, int limit) {
    return database.read(connection -> DeviceTable.page(connection, after, limit));
  }

  private static <T> Future<T> rejected(RejectReason reason, String detail) {
    return Future.failedFuture(new RejectedException(reason, detail));
  }

  private SessionResponse session(SessionRequest request, byte[] publicKey)
      throws RejectedException {
    request.verifySignature(DevicePublicKey.of(publicKey));
    challenges.spend(request.nonce());
    return new SessionResponse(
        VersionRange.SUPPORTED.choose(request.versions()),
        sessions.issue(request.deviceId()),
        Math.toIntExact(limits.session().toSeconds()));
  }
}
