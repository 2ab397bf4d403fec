package dev.tributary.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.aggregation.protocol.round.CheckInAnswer;
import dev.tributary.aggregation.protocol.round.DeviceFailure;
import dev.tributary.aggregation.protocol.round.RoundManifest;
import dev.tributary.aggregation.protocol.round.RoundResult;
import dev.tributary.aggregation.runtime.Examples;
import dev.tributary.aggregation.runtime.TrainingParameters;
import dev.tributary.client.ParticipationOutcome.DroppedOut;
import dev.tributary.client.ParticipationOutcome.Interrupted;
import dev.tributary.client.ParticipationOutcome.ToldToWait;
import dev.tributary.client.ParticipationOutcome.TookPart;
import dev.tributary.client.store.SessionStoreException;
import dev.tributary.client.testing.HttpReply;
import dev.tributary.client.testing.ManualClock;
import dev.tributary.client.testing.StepTrainer;
import dev.tributary.client.testing.StubCoordinator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Starting, closing and being interrupted, at every place where a client can be. */
@Timeout(60)
class ClientLifecycleTest {

  @TempDir Path folder;
  private final ManualClock clock = new ManualClock();
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
        .clock(clock)
        .trainer(new StepTrainer(20));
  }

  /** Runs a participation on a thread of its own, as an application would. */
  private static final class Caller {
    final AtomicReference<ParticipationOutcome> outcome = new AtomicReference<>();
    final AtomicReference<Boolean> interruptedAfterwards = new AtomicReference<>();
    final Thread thread;

    Caller(FederatedClient client) {
      thread =
          new Thread(
              () -> {
                outcome.set(client.participate());
                interruptedAfterwards.set(Thread.currentThread().isInterrupted());
              });
      thread.start();
    }
  }

  private static StepTrainer trainerThatBlocks(CountDownLatch began) {
    return new StepTrainer(
        20,
        () -> {
          began.countDown();
          new CountDownLatch(1).await();
        });
  }

  @Test
  void closeWhileTraining_leavesTheRoundAndSaysSo() throws Exception {
    var began = new CountDownLatch(1);
    StepTrainer trainer = trainerThatBlocks(began);
    FederatedClient client = device().trainer(trainer).build();
    var caller = new Caller(client);
    began.await();

    client.close();
    caller.thread.join();

    assertThat(caller.outcome.get())
        .isInstanceOfSatisfying(
            DroppedOut.class, outcome -> assertThat(outcome.code()).isEqualTo("shutting-down"));
    assertThat(caller.interruptedAfterwards.get())
        .as("the application's thread is given back clean")
        .isFalse();
    assertThat(coordinator.failures())
        .singleElement()
        .satisfies(report -> assertThat(report.reason()).isEqualTo(DeviceFailure.SHUTTING_DOWN));
    assertThat(trainer.isClosed()).isTrue();
  }

  @Test
  void closeWhileUploading_keepsTheUpdateForTheNextStart() throws Exception {
    var arrived = new CountDownLatch(1);
    coordinator.before(
        call -> {
          if (call.method().equals("PUT")) {
            arrived.countDown();
            new CountDownLatch(1).await();
          }
          return Optional.empty();
        });
    FederatedClient client = device().build();
    var caller = new Caller(client);
    arrived.await();
    client.close();
    caller.thread.join();
    assertThat(caller.outcome.get()).isInstanceOf(Interrupted.class);
    assertThat(coordinator.failures()).isEmpty();

    coordinator.before(call -> Optional.empty());
    var second = new StepTrainer(20);
    try (var next = device().trainer(second).build()) {
      assertThat(next.participate()).isInstanceOf(TookPart.class);
    }
    assertThat(second.trainings()).isZero();
  }

  @Test
  void trainerThatIgnoresItsInterrupt_isClosedWhenItsThreadEnds_notUnderIt() throws Exception {
    var began = new CountDownLatch(1);
    var goOn = new AtomicBoolean();
    StepTrainer trainer =
        new StepTrainer(
            20,
            () -> {
              began.countDown();
              while (!goOn.get()) {
                Thread.onSpinWait();
              }
            });
    FederatedClient client = device().trainer(trainer).closingPatience(Duration.ZERO).build();
    var caller = new Caller(client);
    began.await();

    client.close();
    assertThat(trainer.isClosed()).isFalse();
    assertThatThrownBy(() -> device().build())
        .as("its folder is still in use")
        .isInstanceOf(SessionStoreException.class);

    goOn.set(true);
    caller.thread.join();
    assertThat(trainer.isClosed()).isTrue();
    device().build().close();
  }

  @Test
  void closeByTheListener_freesEverythingWhenTheParticipationEnds() {
    var trainer = new StepTrainer(20);
    var closing = new AtomicReference<FederatedClient>();
    var client =
        device()
            .trainer(trainer)
            .listener(
                new ParticipationListener() {
                  @Override
                  public void built(RoundId round, int exampleCount, double meanLoss) {
                    closing.get().close();
                    assertThat(trainer.isClosed()).isFalse();
                  }
                })
            .build();
    closing.set(client);
    assertThat(client.participate()).isInstanceOf(Interrupted.class);
    assertThat(trainer.isClosed()).isTrue();
    device().build().close();
  }

  @Test
  void interruptOfTheApplication_endsTheParticipation_andStaysSet() throws Exception {
    var began = new CountDownLatch(1);
    try (var client = device().trainer(trainerThatBlocks(began)).build()) {
      var caller = new Caller(client);
      began.await();
      caller.thread.interrupt();
      caller.thread.join();
      assertThat(caller.outcome.get()).isInstanceOf(DroppedOut.class);
      assertThat(caller.interruptedAfterwards.get()).isTrue();
    }
  }

  @Test
  void longTrainingOfTheModelRuntime_endsWhenTheClientIsClosed() throws Exception {
    // Ten million steps: minutes, if closing waited for the end of the epochs.
    var examples = Examples.of(new float[200_000], 2, new int[100_000]);
    coordinator.manifest(longTraining());
    var downloaded = new CountDownLatch(1);
    FederatedClient client =
        FederatedClient.builder()
            .allowInsecurePlain()
            .coordinator(coordinator.uri())
            .population("testers")
            .enrolmentToken(coordinator.enrolmentToken())
            .stateDirectory(folder)
            .examples(
                () -> {
                  if (coordinator.calls("GET /v1/models/") > 0) {
                    downloaded.countDown();
                  }
                  return examples;
                })
            .build();
    var caller = new Caller(client);
    downloaded.await();
    long closingFrom = System.nanoTime();
    client.close();
    caller.thread.join();
    assertThat(System.nanoTime() - closingFrom).isLessThan(20_000_000_000L);
    assertThat(caller.outcome.get())
        .isInstanceOfSatisfying(
            DroppedOut.class, outcome -> assertThat(outcome.code()).isEqualTo("shutting-down"));
  }

  private static RoundManifest longTraining() {
    var usual = StubCoordinator.trainingManifest(StubCoordinator.MODEL_FILE);
    return new RoundManifest(
        usual.roundId(),
        usual.kind(),
        usual.protocol(),
        usual.population(),
        usual.modelDigest(),
        usual.modelBytes(),
        usual.modelSpecJson(),
        usual.quantization(),
        Optional.of(new TrainingParameters(1000, 1, 0.01f, 0.9f)),
        usual.targetCount(),
        usual.minimumCount(),
        usual.reportingDeadlineMillis());
  }

  @Test
  void startedClient_takesPartAgainAndAgain_waitingAsTold() throws Exception {
    BlockingQueue<ParticipationOutcome> outcomes = new LinkedBlockingQueue<>();
    try (var client =
        device()
            .listener(
                new ParticipationListener() {
                  @Override
                  public void finished(ParticipationOutcome outcome) {
                    coordinator.answerCheckIns(
                        new CheckInAnswer.ComeBack(60_000, 60_000, "no-open-round"));
                    outcomes.add(outcome);
                  }
                })
            .build()) {
      client.start();
      client.start();
      assertThat(outcomes.take()).isInstanceOf(TookPart.class);
      assertThat(outcomes.take()).isInstanceOf(ToldToWait.class);
      assertThat(outcomes.take()).isInstanceOf(ToldToWait.class);
    }
    assertThat(clock.pauses().get(1).toMillis()).isBetween(10_000L, 20_000L);
    assertThat(clock.pauses().get(2).toMillis()).isEqualTo(60_000);
  }

  @Test
  void closedClient_leavesNoThread_andItsFolderFree() throws Exception {
    Set<Thread> before = Thread.getAllStackTraces().keySet();
    var finished = new CountDownLatch(1);
    var client =
        device()
            .listener(
                new ParticipationListener() {
                  @Override
                  public void finished(ParticipationOutcome outcome) {
                    finished.countDown();
                  }
                })
            .build();
    client.start();
    finished.await();
    client.close();
    client.close();

    assertThatThrownBy(client::participate).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(client::start).isInstanceOf(IllegalStateException.class);
    device().build().close();
    assertThat(threadsLeft(before)).isEmpty();
  }

  private static Set<Thread> threadsLeft(Set<Thread> before) throws InterruptedException {
    Set<Thread> left = Set.of();
    for (int attempt = 0; attempt < 100; attempt++) {
      left =
          Thread.getAllStackTraces().keySet().stream()
              .filter(thread -> !before.contains(thread))
              .filter(
                  thread ->
                      thread.getName().startsWith("HttpClient-")
                          || thread.getName().startsWith("tributary-"))
              .collect(Collectors.toSet());
      if (left.isEmpty()) {
        return left;
      }
      System.gc();
      left.iterator().next().join(100);
    }
    return left;
  }

  @Test
  void brokenState_stopsTheLoop_andIsToldToTheListener() throws Exception {
    var stopped = new CountDownLatch(1);
    try (var client =
        device()
            .listener(
                new ParticipationListener() {
                  @Override
                  public void built(RoundId round, int exampleCount, double meanLoss) {
                    try (var files = Files.newDirectoryStream(folder, "update-*")) {
                      files.forEach(file -> file.toFile().delete());
                    } catch (IOException e) {
                      throw new AssertionError(e);
                    }
                  }

                  @Override
                  public void stopped(Throwable cause) {
                    if (cause instanceof SessionStoreException) {
                      stopped.countDown();
                    }
                  }
                })
            .build()) {
      client.start();
      stopped.await();
      assertThat(coordinator.uploads()).isEmpty();
    }
  }

  /** What a listener that only waits for outcomes and for the end of the loop hears. */
  private static final class Heard implements ParticipationListener {
    final BlockingQueue<Object> events = new LinkedBlockingQueue<>();

    @Override
    public void finished(ParticipationOutcome outcome) {
      events.add(outcome);
    }

    @Override
    public void stopped(Throwable cause) {
      events.add(cause);
    }
  }

  private static Thread loopOf(FederatedClient client) {
    String name = "tributary-device-" + client.device();
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals(name))
        .findAny()
        .orElseThrow();
  }

  @Test
  void loopThatWakesWhileAResultIsAwaited_takesPartAfterwards() throws Exception {
    var asked = new CountDownLatch(1);
    var answer = new CountDownLatch(1);
    coordinator.before(
        call -> {
          if (!call.path().contains("/result")) {
            return Optional.empty();
          }
          asked.countDown();
          answer.await();
          return Optional.of(
              HttpReply.protobuf(
                  200,
                  RoundResult.published(StubCoordinator.ROUND, StubCoordinator.MODEL_DIGEST)
                      .encode()));
        });
    var heard = new Heard();
    try (var client = device().listener(heard).build()) {
      client.participate();
      assertThat(heard.events.take()).isInstanceOf(TookPart.class);
      var asking =
          new FutureTask<>(() -> client.result(StubCoordinator.ROUND, Duration.ofSeconds(30)));
      new Thread(asking).start();
      asked.await();
      client.start();
      Thread loop = loopOf(client);
      while (heard.events.isEmpty() && loop.getState() != Thread.State.WAITING) {
        Thread.onSpinWait();
      }
      answer.countDown();
      assertThat(asking.get().modelDigest()).contains(StubCoordinator.MODEL_DIGEST);
      assertThat(heard.events.take()).isInstanceOf(TookPart.class);
    }
  }

  @Test
  void loopThatWakesAfterTheApplicationTookPart_waitsAsThatWasTold() throws Exception {
    var training = new CountDownLatch(1);
    var goOn = new CountDownLatch(1);
    StepTrainer trainer =
        new StepTrainer(
            20,
            () -> {
              training.countDown();
              goOn.await();
            });
    var heard = new Heard();
    try (var client = device().trainer(trainer).listener(heard).build()) {
      var caller = new Caller(client);
      training.await();
      client.start();
      Thread loop = loopOf(client);
      while (heard.events.isEmpty() && loop.getState() != Thread.State.WAITING) {
        Thread.onSpinWait();
      }
      goOn.countDown();
      caller.thread.join();
      assertThat(heard.events.take()).isEqualTo(caller.outcome.get());
      assertThat(heard.events.take()).isInstanceOf(TookPart.class);
      assertThat(clock.pauses())
          .as("the loop waits for the window of the application's round")
          .anySatisfy(pause -> assertThat(pause.toMillis()).isBetween(10_000L, 20_000L));
    }
  }

  @Test
  void loopThatEndsWithAnError_saysSo_andCanBeStartedAgain() throws Exception {
    var failing = new AtomicBoolean(true);
    StepTrainer trainer =
        new StepTrainer(
            20,
            () -> {
              if (failing.getAndSet(false)) {
                throw new AssertionError("broken");
              }
            });
    var heard = new Heard();
    try (var client = device().trainer(trainer).listener(heard).build()) {
      client.start();
      Thread loop = loopOf(client);
      assertThat(heard.events.take()).isInstanceOf(AssertionError.class);
      loop.join();
      client.start();
      assertThat(heard.events.take()).isInstanceOf(TookPart.class);
    }
  }

  @Test
  void closeDuringAResult_endsIt() throws Exception {
    var asked = new CountDownLatch(1);
    coordinator.before(
        call -> {
          if (call.path().contains("/result")) {
            asked.countDown();
            new CountDownLatch(1).await();
          }
          return Optional.empty();
        });
    FederatedClient client = device().build();
    client.participate();
    var asking =
        new FutureTask<>(() -> client.result(StubCoordinator.ROUND, Duration.ofSeconds(30)));
    var thread = new Thread(asking);
    thread.start();
    asked.await();
    client.close();
    thread.join();
    assertThatThrownBy(asking::get).hasCauseInstanceOf(InterruptedException.class);
  }

  @Test
  void secondThread_isRefusedWhileOneTakesPart() throws Exception {
    var began = new CountDownLatch(1);
    FederatedClient client = device().trainer(trainerThatBlocks(began)).build();
    var caller = new Caller(client);
    began.await();
    assertThatThrownBy(client::participate)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("another thread");
    client.close();
    caller.thread.join();
  }

  @Test
  void folderOfALivingClient_isRefusedToASecondOne() {
    try (var client = device().build()) {
      assertThat(client.state().name()).isEqualTo("idle");
      assertThatThrownBy(() -> device().build()).isInstanceOf(SessionStoreException.class);
    }
  }

  @Test
  void resultOfARound_canBeAskedFor() throws Exception {
    coordinator.before(
        call ->
            call.path().endsWith("/result?wait=0")
                ? Optional.of(
                    HttpReply.protobuf(
                        200,
                        RoundResult.published(StubCoordinator.ROUND, StubCoordinator.MODEL_DIGEST)
                            .encode()))
                : Optional.empty());
    try (var client = device().build()) {
      client.participate();
      assertThat(client.result(StubCoordinator.ROUND, Duration.ZERO).modelDigest())
          .contains(StubCoordinator.MODEL_DIGEST);
    }
  }
}
