package dev.tributary.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.aggregation.protocol.UploadId;
import dev.tributary.aggregation.protocol.round.CheckInAnswer;
import dev.tributary.aggregation.protocol.round.DeviceFailure;
import dev.tributary.aggregation.protocol.round.RoundManifest;
import dev.tributary.client.ParticipationOutcome.DroppedOut;
import dev.tributary.client.ParticipationOutcome.NotEligible;
import dev.tributary.client.ParticipationOutcome.ToldToWait;
import dev.tributary.client.ParticipationOutcome.TookPart;
import dev.tributary.client.ParticipationOutcome.Unavailable;
import dev.tributary.client.policy.DeviceConditions;
import dev.tributary.client.policy.PrivacyLimits;
import dev.tributary.client.session.ContentDigest;
import dev.tributary.client.session.DeviceClock;
import dev.tributary.client.session.DeviceState;
import dev.tributary.client.store.DeviceSession;
import dev.tributary.client.store.FileSessionStore;
import dev.tributary.client.store.SessionStore;
import dev.tributary.client.testing.HttpCall;
import dev.tributary.client.testing.HttpReply;
import dev.tributary.client.testing.ManualClock;
import dev.tributary.client.testing.StepTrainer;
import dev.tributary.client.testing.StubCoordinator;
import dev.tributary.security.identity.DeviceKeyPair;
import dev.tributary.security.secret.SecretBytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whole participations of a real client over real HTTP, with a clock that a test holds. */
@Timeout(60)
class FederatedClientTest {

  @TempDir Path folder;
  private final ManualClock clock = new ManualClock();
  private final List<String> progress = new CopyOnWriteArrayList<>();
  private StubCoordinator coordinator;

  @BeforeEach
  void start() throws IOException {
    coordinator = new StubCoordinator();
  }

  @AfterEach
  void stop() throws IOException {
    coordinator.close();
  }

  private FederatedClientBuilder device() {
    return FederatedClient.builder()
        .allowInsecurePlain()
        .coordinator(coordinator.uri())
        .population("testers")
        .enrolmentToken(coordinator.enrolmentToken())
        .stateDirectory(folder)
        .trainer(new StepTrainer(20))
        .clock(clock)
        .listener(
            new ParticipationListener() {
              @Override
              public void progressed(DeviceState state, String reason) {
                progress.add(state.name());
              }
            });
  }

  private ParticipationOutcome participate() {
    try (var client = device().build()) {
      return client.participate();
    }
  }

  private static Optional<HttpReply> refuse(HttpCall call, String pathPart, HttpReply reply)
      throws IOException {
    if (!call.path().contains(pathPart)) {
      return Optional.empty();
    }
    call.body();
    return Optional.of(reply);
  }

  @Test
  void assignedDevice_goesThroughTheWholeRound() {
    ParticipationOutcome outcome = participate();

    assertThat(outcome).isInstanceOf(TookPart.class);
    assertThat(((TookPart) outcome).round()).isEqualTo(StubCoordinator.ROUND);
    assertThat(outcome.nextCheckIn()).isBetween(Duration.ofSeconds(10), Duration.ofSeconds(20));
    assertThat(progress)
        .containsExactly("enrolled", "training", "uploading", "uploaded", "done", "idle");
    assertThat(coordinator.onlyUpdate().packed())
        .hasSize((int) coordinatorManifest().uploadBytes());
    assertThat(coordinator.checkIns())
        .singleElement()
        .satisfies(checkIn -> assertThat(checkIn.exampleCount()).isEqualTo(20));
  }

  private static RoundManifest coordinatorManifest() {
    return StubCoordinator.trainingManifest(StubCoordinator.MODEL_FILE);
  }

  @Test
  void everythingInTheStateDirectory_isItsOwnersAlone() throws IOException {
    assumeTrue(folder.getFileSystem().supportedFileAttributeViews().contains("posix"));
    Path state = folder.resolve("made").resolve("by-the-device");
    var listener =
        new ParticipationListener() {
          @Override
          public void built(RoundId round, int exampleCount, double meanLoss) {
            try (var files = Files.walk(state)) {
              assertThat(files.toList())
                  .hasSizeGreaterThan(6)
                  .allSatisfy(
                      file ->
                          assertThat(permissions(file))
                              .as(file.toString())
                              .isEqualTo(Files.isDirectory(file) ? "rwx------" : "rw-------"));
              progress.add("checked");
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          }
        };
    try (var client = device().stateDirectory(state).listener(listener).build()) {
      client.participate();
    }
    assertThat(progress).containsExactly("checked");
  }

  private static String permissions(Path file) {
    try {
      return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The pauses of the round outlast the window that came with the receipt: the next check-in is
   * due, not far away.
   */
  @Test
  void windowThatPassesBeforeTheRoundIsConcluded_meansNow() {
    var listener =
        new ParticipationListener() {
          @Override
          public void progressed(DeviceState state, String reason) {
            if (state.name().equals("uploaded")) {
              clock.pass(Duration.ofMinutes(1));
            }
          }
        };
    try (var client = device().listener(listener).build()) {
      ParticipationOutcome outcome = client.participate();
      assertThat(outcome).isInstanceOf(TookPart.class);
      assertThat(outcome.nextCheckIn()).isZero();
    }
  }

  @Test
  void sdkVersion_isTheProjectsVersion() throws IOException {
    String pom = Files.readString(Path.of("../pom.xml"));
    assertThat(pom).contains("<version>" + Surroundings.SDK_VERSION + "-SNAPSHOT</version>");
  }

  @Test
  void secondParticipation_enrolsNoMore_andKeepsItsIdentity() {
    String first;
    try (var client = device().build()) {
      first = client.device().toString();
      client.participate();
    }
    try (var client = device().build()) {
      assertThat(client.device().toString()).isEqualTo(first);
      client.participate();
    }
    assertThat(coordinator.calls("POST /v1/devices")).isEqualTo(1);
  }

  @Test
  void comeBack_waitsWithinTheWindow() {
    coordinator.answerCheckIns(new CheckInAnswer.ComeBack(60_000, 90_000, "no-open-round"));
    ParticipationOutcome outcome = participate();
    assertThat(outcome).isInstanceOf(ToldToWait.class);
    assertThat(((ToldToWait) outcome).reasonCode()).isEqualTo("no-open-round");
    assertThat(outcome.nextCheckIn()).isBetween(Duration.ofSeconds(60), Duration.ofSeconds(90));
  }

  @Test
  void ineligibleDevice_asksNobody() {
    try (var client = device().conditions(() -> new DeviceConditions(false, true, true)).build()) {
      assertThat(client.participate())
          .isInstanceOfSatisfying(
              NotEligible.class, outcome -> assertThat(outcome.reason()).isEqualTo("not charging"));
    }
    assertThat(coordinator.calls()).isEmpty();
  }

  @Test
  void deviceThatIsPickedUpDuringTheRound_leavesItAndSaysSo() {
    var charging = new AtomicBoolean(true);
    coordinator.before(
        call -> {
          if (call.path().contains("/models/")) {
            charging.set(false);
          }
          return Optional.empty();
        });
    try (var client =
        device().conditions(() -> new DeviceConditions(charging.get(), true, true)).build()) {
      assertThat(client.participate())
          .isInstanceOfSatisfying(
              DroppedOut.class,
              outcome -> assertThat(outcome.code()).isEqualTo("not-eligible-any-more"));
    }
    assertThat(coordinator.uploads()).isEmpty();
    assertThat(coordinator.failures())
        .singleElement()
        .satisfies(
            report -> assertThat(report.reason()).isEqualTo(DeviceFailure.NOT_ELIGIBLE_ANY_MORE));
  }

  @Test
  void termsBelowThePolicy_areRefusedBeforeAnythingIsFetchedOrTrained() {
    var trainer = new StepTrainer(20);
    try (var client =
        device()
            .trainer(trainer)
            .privacyPolicy(PrivacyLimits.defaults().withMinimumCohort(100))
            .build()) {
      assertThat(client.participate())
          .isInstanceOfSatisfying(
              DroppedOut.class,
              outcome -> assertThat(outcome.code()).isEqualTo("refused-by-policy"));
    }
    assertThat(coordinator.failures())
        .singleElement()
        .satisfies(
            report -> {
              assertThat(report.reason()).isEqualTo(DeviceFailure.REFUSED_BY_POLICY);
              assertThat(report.detail()).contains("at least 100");
            });
    assertThat(coordinator.calls("GET /v1/models/")).isZero();
    assertThat(trainer.trainings()).isZero();
  }

  @Test
  void participations_areCountedOverRestarts_byThePolicy() {
    PrivacyLimits once = PrivacyLimits.defaults().withMaximumParticipations(1, Duration.ofHours(1));
    for (int i = 0; i < 2; i++) {
      try (var client = device().privacyPolicy(once).build()) {
        client.participate();
      }
    }
    assertThat(coordinator.failures()).hasSize(1);
    clock.pass(Duration.ofHours(1));
    try (var client = device().privacyPolicy(once).build()) {
      assertThat(client.participate()).isInstanceOf(TookPart.class);
    }
  }

  @Test
  void modelBeyondTheDevicesOwnLimit_isNotFetched() {
    try (var client = device().maximumModelBytes(100).build()) {
      assertThat(client.participate())
          .isInstanceOfSatisfying(
              DroppedOut.class,
              outcome -> assertThat(outcome.code()).isEqualTo("out-of-resources"));
    }
    assertThat(coordinator.calls("GET /v1/models/")).isZero();
  }

  @Test
  void failedTraining_isReportedWithoutWhatItSaysOfTheData() {
    try (var client =
        device().trainer(StepTrainer.failing("row 17 is the patient's name")).build()) {
      assertThat(client.participate())
          .isInstanceOfSatisfying(
              DroppedOut.class, outcome -> assertThat(outcome.code()).isEqualTo("training-failed"));
    }
    assertThat(coordinator.failures())
        .singleElement()
        .satisfies(report -> assertThat(report.detail()).doesNotContain("patient"));
  }

  @Test
  void brokenTrainer_isATrainingFailureLikeAnyOther() {
    try (var client =
        device().trainer(StepTrainer.throwing(new IllegalStateException("bug"))).build()) {
      assertThat(client.participate()).isInstanceOf(DroppedOut.class);
    }
    assertThat(coordinator.failures()).hasSize(1);
  }

  @Test
  void modelOfOtherBytes_isReported_andNothingIsUploaded() {
    coordinator.before(
        call ->
            refuse(
                call,
                "/models/",
                HttpReply.of(200, Map.of(), new byte[StubCoordinator.MODEL_FILE.length])));
    assertThat(participate()).isInstanceOf(DroppedOut.class);
    assertThat(coordinator.failures())
        .singleElement()
        .satisfies(report -> assertThat(report.reason()).isEqualTo(DeviceFailure.MODEL_UNREADABLE));
    assertThat(coordinator.uploads()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "round-closed, 410",
    "round-abandoned, 410",
    "not-in-round, 403",
    "unknown-round, 404"
  })
  void roundThatIsOver_isLeftQuietly_andTheDeviceComesBackSoon(String code, int status) {
    coordinator.before(call -> refuse(call, "/uploads/", HttpReply.problem(status, code)));
    ParticipationOutcome outcome = participate();
    assertThat(outcome)
        .isInstanceOfSatisfying(
            DroppedOut.class, dropped -> assertThat(dropped.code()).isEqualTo(code));
    assertThat(outcome.nextCheckIn()).isBetween(Duration.ofMinutes(12), Duration.ofMinutes(18));
    assertThat(coordinator.failures()).isEmpty();
  }

  @Test
  void refusalWithAWindow_isWaitedFor() {
    coordinator.before(
        call ->
            refuse(
                call,
                "/uploads/",
                HttpReply.problem(410, "round-closed", Map.of(), ",\"retryAfterMillis\":30000")));
    assertThat(participate().nextCheckIn())
        .isBetween(Duration.ofSeconds(30), Duration.ofSeconds(36));
  }

  @Test
  void overloadedCoordinator_isAskedAgainAfterItsRetryAfter_withinTheRound() {
    var refusals = new AtomicInteger(3);
    coordinator.before(
        call ->
            refusals.get() > 0 && call.method().equals("PUT") && refusals.getAndDecrement() > 0
                ? refuse(
                    call,
                    "/uploads/",
                    HttpReply.problem(503, "overloaded", Map.of("Retry-After", "5"), ""))
                : Optional.empty());
    assertThat(participate()).isInstanceOf(TookPart.class);
    assertThat(clock.pauses())
        .hasSize(3)
        .allSatisfy(
            pause -> assertThat(pause).isBetween(Duration.ofSeconds(5), Duration.ofSeconds(6)));
  }

  @Test
  void coordinatorThatStaysAway_isGivenUpAtTheDeadline_notLater() {
    coordinator.before(call -> refuse(call, "/uploads/", HttpReply.problem(503, "overloaded")));
    ParticipationOutcome outcome = participate();
    assertThat(outcome).isInstanceOf(DroppedOut.class);
    Duration tried = clock.pauses().stream().reduce(Duration.ZERO, Duration::plus);
    assertThat(tried).isBetween(Duration.ofSeconds(80), Duration.ofSeconds(120));
    assertThat(outcome.nextCheckIn()).isBetween(Duration.ofMinutes(12), Duration.ofMinutes(18));
  }

  @Test
  void unreachableCoordinator_isATransientFault() throws IOException {
    coordinator.close();
    ParticipationOutcome outcome = participate();
    assertThat(outcome)
        .isInstanceOfSatisfying(
            Unavailable.class,
            unavailable -> {
              assertThat(unavailable.permanent()).isFalse();
              assertThat(unavailable.code()).isEqualTo("unreachable");
            });
    assertThat(outcome.nextCheckIn()).isBetween(Duration.ofMinutes(12), Duration.ofMinutes(18));
  }

  @Test
  void wrongEnrolmentToken_isAPermanentFault() {
    try (var client = device().enrolmentToken("A".repeat(43)).build()) {
      ParticipationOutcome outcome = client.participate();
      assertThat(outcome)
          .isInstanceOfSatisfying(
              Unavailable.class,
              unavailable -> {
                assertThat(unavailable.permanent()).isTrue();
                assertThat(unavailable.code()).isEqualTo("bad-token");
                assertThat(unavailable.detail()).doesNotContain("AAAA");
              });
      assertThat(outcome.nextCheckIn()).isBetween(Duration.ofMinutes(192), Duration.ofMinutes(288));
    }
  }

  @Test
  void portalInBetween_isATransientFault_andAnotherMessageAPermanentOne() {
    coordinator.before(
        call ->
            refuse(
                call,
                "/check-ins",
                HttpReply.of(
                    200,
                    Map.of("Content-Type", "text/html"),
                    "<html>pay</html>".getBytes(StandardCharsets.US_ASCII))));
    assertThat(participate())
        .isInstanceOfSatisfying(
            Unavailable.class, unavailable -> assertThat(unavailable.permanent()).isFalse());
    coordinator.before(
        call -> refuse(call, "/check-ins", HttpReply.protobuf(200, new byte[] {1, 2, 3})));
    assertThat(participate())
        .isInstanceOfSatisfying(
            Unavailable.class,
            unavailable -> {
              assertThat(unavailable.permanent()).isTrue();
              assertThat(unavailable.code()).isEqualTo("unintelligible");
            });
  }

  @Test
  void hugeAnswer_isCutOff_whateverItsStatus() {
    for (int status : new int[] {200, 500}) {
      coordinator.before(
          call -> refuse(call, "/check-ins", HttpReply.endless(status, Map.of(), 1L << 40)));
      assertThat(participate())
          .isInstanceOfSatisfying(
              Unavailable.class,
              unavailable -> assertThat(unavailable.detail()).contains("larger than"));
    }
  }

  @Test
  void sessionThatExpiresInTheMiddleOfTheRound_isRenewed() {
    var expired = new AtomicBoolean();
    coordinator.before(
        call -> {
          if (call.path().contains("/models/") && expired.compareAndSet(false, true)) {
            coordinator.forgetSessions();
          }
          return Optional.empty();
        });
    assertThat(participate()).isInstanceOf(TookPart.class);
    assertThat(coordinator.calls("POST /v1/sessions")).isEqualTo(2);
  }

  @Test
  void coordinatorThatLostItsDevices_getsTheSameDeviceAgain() {
    assertThat(participate()).isInstanceOf(TookPart.class);
    coordinator.forgetDevices();
    coordinator.uploads().clear();
    assertThat(participate()).isInstanceOf(TookPart.class);
    assertThat(coordinator.calls("POST /v1/devices")).isEqualTo(2);
  }

  @Test
  void unknownDeviceWithoutAToken_saysThatItIsNotEnrolled() {
    participate();
    coordinator.forgetDevices();
    FederatedClientBuilder builder =
        FederatedClient.builder()
            .allowInsecurePlain()
            .coordinator(coordinator.uri())
            .population("testers")
            .stateDirectory(folder)
            .trainer(new StepTrainer(20))
            .clock(clock);
    for (String code : List.of("unknown-device", "not-enrolled")) {
      try (var client = builder.trainer(new StepTrainer(20)).build()) {
        assertThat(client.participate())
            .isInstanceOfSatisfying(
                Unavailable.class, unavailable -> assertThat(unavailable.code()).isEqualTo(code));
      }
    }
  }

  @Test
  void manifestStillToCome_isWaitedFor() {
    var notYet = new AtomicInteger(3);
    coordinator.before(
        call ->
            call.path().contains("/manifest") && notYet.getAndDecrement() > 0
                ? Optional.of(HttpReply.of(204, Map.of(), new byte[0]))
                : Optional.empty());
    assertThat(participate()).isInstanceOf(TookPart.class);
    assertThat(coordinator.calls("GET /v1/rounds/digits.1/manifest?wait=25")).isEqualTo(4);
  }

  @Test
  void longPollThatComesBackAtOnce_isPausedAfter_andGivenUpWhenThePlaceIsGone() {
    coordinator.before(
        call ->
            call.path().contains("/manifest")
                ? Optional.of(HttpReply.of(204, Map.of(), new byte[0]))
                : Optional.empty());
    assertThat(participate())
        .isInstanceOfSatisfying(
            DroppedOut.class, dropped -> assertThat(dropped.code()).isEqualTo("unreachable"));
    Duration waited = clock.pauses().stream().reduce(Duration.ZERO, Duration::plus);
    assertThat(waited).isEqualTo(StubCoordinator.PLACE_HELD);
    assertThat(clock.pauses()).hasSizeLessThan(30).allMatch(pause -> !pause.isNegative());
  }

  @Test
  void processThatDiesWhileUploading_isResumedWithTheSameIdAndBytes() {
    var firstId = new AtomicReference<String>();
    var dying = new AtomicBoolean(true);
    var sent = new ByteArrayOutputStream();
    coordinator.before(
        call -> {
          if (dying.get() && call.method().equals("PUT")) {
            firstId.set(call.path());
            sent.writeBytes(call.body());
            return Optional.of(HttpReply.lost());
          }
          return Optional.empty();
        });
    // The first process is killed in its first pause after the lost answer.
    DeviceClock killing =
        new DeviceClock() {
          @Override
          public Instant now() {
            return clock.now();
          }

          @Override
          public long monotonicNanos() {
            return clock.monotonicNanos();
          }

          @Override
          public void pause(Duration duration) {
            throw new Killed();
          }
        };
    var firstTrainer = new StepTrainer(20);
    try (var client = device().clock(killing).trainer(firstTrainer).build()) {
      assertThatThrownBy(client::participate).isInstanceOf(Killed.class);
      assertThat(client.state().name()).isEqualTo("uploading");
    }
    dying.set(false);
    progress.clear();

    var secondTrainer = new StepTrainer(20);
    try (var client = device().trainer(secondTrainer).build()) {
      assertThat(client.state().name()).isEqualTo("uploading");
      assertThat(client.participate()).isInstanceOf(TookPart.class);
    }

    assertThat(progress).containsExactly("uploaded", "done", "idle");
    assertThat(secondTrainer.trainings()).isZero();
    assertThat(coordinator.onlyUpdate().packed()).isEqualTo(sent.toByteArray());
    assertThat(firstId.get()).endsWith(coordinator.uploads().keySet().iterator().next().toString());
    assertThat(coordinator.calls("POST /v1/check-ins")).isEqualTo(1);
  }

  private static final class Killed extends Error {
    private static final long serialVersionUID = 1;
  }

  @Test
  void processThatDiesWhileTraining_trainsAgainUnderTheSameTerms() {
    try (var client = device().trainer(StepTrainer.throwing(new Killed())).build()) {
      assertThatThrownBy(client::participate).isInstanceOf(Killed.class);
    }
    assertThat(participate()).isInstanceOf(TookPart.class);
    assertThat(coordinator.calls("POST /v1/check-ins")).isEqualTo(1);
  }

  /** A disk on which a process dies at a chosen moment; what it had written before is there. */
  private static final class DyingStore implements SessionStore {
    private final SessionStore disk;
    private final boolean whenSaving;

    DyingStore(SessionStore disk, boolean whenSaving) {
      this.disk = disk;
      this.whenSaving = whenSaving;
    }

    @Override
    public DeviceKeyPair keyPair() {
      return disk.keyPair();
    }

    @Override
    public Optional<DeviceSession> load() {
      return disk.load();
    }

    @Override
    public void save(DeviceSession session) {
      disk.save(session);
    }

    @Override
    public void saveUpdate(UploadId upload, byte[] update) {
      disk.saveUpdate(upload, update);
      if (whenSaving) {
        throw new Killed();
      }
    }

    @Override
    public byte[] loadUpdate(UploadId upload, long lengthBytes, ContentDigest digest) {
      return disk.loadUpdate(upload, lengthBytes, digest);
    }

    @Override
    public void discardUpdates() {
      throw new Killed();
    }

    @Override
    public void saveStep(ContentDigest manifest, SecretBytes step) {
      disk.saveStep(manifest, step);
    }

    @Override
    public Optional<SecretBytes> loadStep() {
      return disk.loadStep();
    }

    @Override
    public void eraseStep() {
      disk.eraseStep();
    }

    @Override
    public void close() {
      disk.close();
    }
  }

  private void dieInTheRound(boolean whenSaving) {
    var store = new DyingStore(FileSessionStore.open(folder), whenSaving);
    try (var client = device().sessionStore(store).build()) {
      assertThatThrownBy(client::participate).isInstanceOf(Killed.class);
    }
    assertThat(keptUpdates()).hasSize(1);
  }

  private List<Path> keptUpdates() {
    try (var files = Files.list(folder)) {
      return files.filter(file -> file.getFileName().toString().startsWith("update-")).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void processThatDiesBetweenReceiptAndDeletion_deletesItsUpdateAtTheNextStart() {
    dieInTheRound(false);
    assertThat(participate()).isInstanceOf(TookPart.class);
    assertThat(keptUpdates()).isEmpty();
  }

  @Test
  void processThatDiesBetweenRefusalAndDeletion_deletesItsUpdateAtTheNextStart() {
    coordinator.before(call -> refuse(call, "/uploads/", HttpReply.problem(410, "round-closed")));
    dieInTheRound(false);
    assertThat(participate()).isInstanceOf(DroppedOut.class);
    assertThat(keptUpdates()).isEmpty();
  }

  @Test
  void updateThatNoStateNames_isDeletedThoughItsRoundIsOver() {
    dieInTheRound(true);
    coordinator.before(call -> refuse(call, "/manifest", HttpReply.problem(410, "round-closed")));
    assertThat(participate()).isInstanceOf(DroppedOut.class);
    assertThat(keptUpdates()).isEmpty();
  }

  @Test
  void termsThatChangedSinceTheyWereAgreedTo_areNotFollowed() {
    try (var client = device().trainer(StepTrainer.throwing(new Killed())).build()) {
      assertThatThrownBy(client::participate).isInstanceOf(Killed.class);
    }
    RoundManifest agreed = coordinatorManifest();
    coordinator.manifest(
        new RoundManifest(
            agreed.roundId(),
            agreed.kind(),
            agreed.protocol(),
            agreed.population(),
            agreed.modelDigest(),
            agreed.modelBytes(),
            agreed.modelSpecJson(),
            agreed.quantization(),
            agreed.training(),
            agreed.targetCount(),
            1,
            agreed.reportingDeadlineMillis()));
    assertThat(participate())
        .isInstanceOfSatisfying(
            DroppedOut.class, dropped -> assertThat(dropped.code()).isEqualTo("refused-by-policy"));
    assertThat(coordinator.uploads()).isEmpty();
  }

  @Test
  void wallClockThatJumps_doesNotMoveTheRoundsDeadline() {
    var refusals = new AtomicInteger(2);
    coordinator.before(
        call -> {
          if (call.method().equals("PUT") && refusals.getAndDecrement() > 0) {
            clock.setWall(
                Instant.parse(
                    refusals.get() > 0 ? "2036-01-01T00:00:00Z" : "2016-01-01T00:00:00Z"));
            return refuse(call, "/uploads/", HttpReply.problem(503, "overloaded"));
          }
          return Optional.empty();
        });
    assertThat(participate()).isInstanceOf(TookPart.class);
  }

  @Test
  void samePopulationElsewhere_keepsTheDevice_anotherPopulationIsRefused() {
    participate();
    assertThatThrownBy(() -> device().population("others").build())
        .hasMessageContaining("belongs to population testers");
    assertThat(participate()).isInstanceOf(TookPart.class);
  }

  @Test
  void missingParts_areNamed() {
    assertThatThrownBy(() -> FederatedClient.builder().build())
        .hasMessageContaining("coordinator(URI)");
    assertThatThrownBy(
            () -> FederatedClient.builder().coordinator(coordinator.uri()).population("a").build())
        .hasMessageContaining("stateDirectory(Path)");
    assertThatThrownBy(() -> FederatedClient.builder().population("No Name!"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void listenerThatThrows_changesNothing() {
    try (var client =
        device()
            .listener(
                new ParticipationListener() {
                  @Override
                  public void progressed(DeviceState state, String reason) {
                    throw new IllegalStateException("the listener is broken");
                  }
                })
            .build()) {
      assertThat(client.participate()).isInstanceOf(TookPart.class);
    }
  }

  @Test
  void seededRandomness_repeatsTheUpdateBitForBit() throws IOException {
    List<byte[]> updates = new ArrayList<>();
    for (int run = 0; run < 2; run++) {
      try (var own = new StubCoordinator();
          var client =
              device()
                  .coordinator(own.uri())
                  .enrolmentToken(own.enrolmentToken())
                  .stateDirectory(folder.resolve("run" + run))
                  .randomness(DeviceRandomness.insecureSeeded(5))
                  .build()) {
        client.participate();
        updates.add(own.onlyUpdate().packed());
      }
    }
    assertThat(updates.get(1)).isEqualTo(updates.get(0));
  }
}
