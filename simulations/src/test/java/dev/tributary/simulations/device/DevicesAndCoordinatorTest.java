package dev.tributary.simulations.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.aggregation.protocol.PopulationName;
import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.aggregation.protocol.TaskName;
import dev.tributary.aggregation.protocol.round.RoundOutcome;
import dev.tributary.aggregation.runtime.Examples;
import dev.tributary.client.DeviceRandomness;
import dev.tributary.client.FederatedClient;
import dev.tributary.client.FederatedClientBuilder;
import dev.tributary.client.ParticipationListener;
import dev.tributary.client.ParticipationOutcome;
import dev.tributary.client.ParticipationOutcome.DroppedOut;
import dev.tributary.client.ParticipationOutcome.ToldToWait;
import dev.tributary.client.ParticipationOutcome.TookPart;
import dev.tributary.client.ParticipationOutcome.Unavailable;
import dev.tributary.client.policy.PrivacyLimits;
import dev.tributary.client.transport.HttpTransport;
import dev.tributary.client.transport.ResponseReceiver;
import dev.tributary.client.transport.Transport;
import dev.tributary.client.transport.TransportRequest;
import dev.tributary.coordinator.ops.Coordinator;
import dev.tributary.coordinator.ops.CoordinatorConfig;
import dev.tributary.coordinator.publish.ModelEvaluator;
import dev.tributary.coordinator.registry.ModelVersion;
import dev.tributary.coordinator.schedule.RoundProgress;
import dev.tributary.coordinator.schedule.TaskConfig;
import dev.tributary.security.secret.InsecureSecretAccess;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The real SDK against the real coordinator over real HTTP: whole rounds, and processes that die
 * within one.
 */
@Timeout(120)
class DevicesAndCoordinatorTest {

  private static final PopulationName POPULATION = new PopulationName("testers");
  private static final TaskName TASK = new TaskName("shapes");
  private static final int DEVICES = 3;

  @TempDir Path folder;
  private final BlockingQueue<RoundProgress> ended = new LinkedBlockingQueue<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private Coordinator coordinator;
  private String token;

  @BeforeEach
  void startCoordinator() throws Exception {
    coordinator =
        await(
            Coordinator.start(
                CoordinatorConfig.in(folder.resolve("coordinator"), "listen.port=0"),
                ModelEvaluator.none()));
    coordinator
        .operators()
        .watch(
            progress -> {
              if (progress.ended()) {
                ended.add(progress);
              }
            });
    await(coordinator.operators().createPopulation(POPULATION));
    token =
        await(coordinator.createEnrolmentToken(POPULATION, 100, Duration.ofHours(1)))
            .token()
            .text(InsecureSecretAccess.get());
  }

  @AfterEach
  void stop() throws Exception {
    threads.shutdownNow();
    await(coordinator.close());
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  private void createTask(int rounds) throws Exception {
    await(
        coordinator
            .operators()
            .createTask(
                TaskConfig.parse(
                    """
                    name: shapes
                    population: testers
                    kind: training
                    model:
                      format: tributary-model/1
                      input: [2]
                      layers:
                        - {type: linear, units: 16}
                        - {type: relu}
                        - {type: linear, units: 2}
                      loss: softmax-cross-entropy
                      classes: 2
                    seed: 7
                    quantization: {bits: 16, clipNorm: 10, range: 2, maxExamples: 100}
                    training: {epochs: 4, batchSize: 10, learningRate: 0.2, momentum: 0.5}
                    protocol: plain
                    cohort: {target: 3, overSelection: 1.0, minimum: 3}
                    deadlines: {selectionSeconds: 60, reportingSeconds: 60}
                    until: {rounds: %d}
                    pace: {floorSeconds: 0.01, ceilingSeconds: 0.1, slotSeconds: 0.05}
                    """
                        .formatted(rounds))));
  }

  /**
   * Points of the plane, of class 1 to the right of a line; each device sees its own part of them.
   */
  private static Examples examples(int device) {
    float[] features = new float[200];
    int[] labels = new int[100];
    for (int i = 0; i < 100; i++) {
      features[2 * i] = (float) Math.sin(i * 12.9898 + device);
      features[2 * i + 1] = (float) Math.sin(i * 78.233 + device * 2.0);
      labels[i] = features[2 * i] > 0.3f * features[2 * i + 1] ? 1 : 0;
    }
    return Examples.of(features, 2, labels);
  }

  private FederatedClientBuilder device(int number) {
    return FederatedClient.builder()
        .coordinator(coordinator.uri())
        .population("testers")
        .enrolmentToken(token)
        .stateDirectory(folder.resolve("device-" + number))
        .allowInsecurePlain()
        .examples(() -> examples(number))
        .randomness(DeviceRandomness.insecureSeeded(number))
        .shortestWait(Duration.ofMillis(10));
  }

  @Test
  void startedDevices_trainAModelTogether_untilTheTaskIsDone() throws Exception {
    createTask(4);
    List<FederatedClient> clients = new ArrayList<>();
    List<String> told = new CopyOnWriteArrayList<>();
    for (int number = 0; number < DEVICES; number++) {
      String name = "device " + number + ": ";
      clients.add(
          device(number)
              .listener(
                  new ParticipationListener() {
                    @Override
                    public void finished(ParticipationOutcome outcome) {
                      told.add(name + outcome);
                    }
                  })
              .build());
    }
    clients.forEach(FederatedClient::start);
    for (long round = 1; round <= 4; round++) {
      RoundProgress progress = ended.take();
      assertThat(progress.round()).isEqualTo(new RoundId(TASK, round));
      assertThat(progress.result()).as("%s %s", progress, told).isPresent();
      assertThat(progress.countedCount()).isEqualTo(DEVICES);
    }
    clients.forEach(FederatedClient::close);

    List<ModelVersion> versions = await(coordinator.operators().models(Optional.of(TASK)));
    assertThat(versions).hasSize(5);
  }

  @Test
  void evaluationTask_sumsWhatTheDevicesSee() throws Exception {
    createTask(2);
    round();
    round();
    await(
        coordinator
            .operators()
            .createTask(
                TaskConfig.parse(
                    """
                    name: shapes-check
                    population: testers
                    kind: evaluation
                    evaluates: shapes
                    protocol: plain
                    cohort: {target: 3, overSelection: 1.0, minimum: 3}
                    deadlines: {selectionSeconds: 60, reportingSeconds: 60}
                    until: {rounds: 1}
                    pace: {floorSeconds: 0.01, ceilingSeconds: 0.1, slotSeconds: 0.05}
                    """)));
    RoundProgress evaluated = round();
    assertThat(evaluated.round().task().text()).isEqualTo("shapes-check");
    assertThat(evaluated.metrics())
        .get()
        .satisfies(
            metrics -> {
              assertThat(metrics.examples()).isEqualTo(DEVICES * 100L);
              assertThat(metrics.accuracy()).isGreaterThan(0.8);
            });
  }

  /** One round with every device, each on its own thread. */
  private RoundProgress round() throws Exception {
    List<Callable<ParticipationOutcome>> calls = new ArrayList<>();
    for (int number = 0; number < DEVICES; number++) {
      FederatedClientBuilder builder = device(number);
      calls.add(
          () -> {
            try (FederatedClient client = builder.build()) {
              return untilInRound(client);
            }
          });
    }
    for (var outcome : threads.invokeAll(calls)) {
      assertThat(outcome.get()).isInstanceOf(TookPart.class);
    }
    return ended.take();
  }

  private static ParticipationOutcome untilInRound(FederatedClient client)
      throws InterruptedException {
    ParticipationOutcome outcome = client.participate();
    while (outcome instanceof ToldToWait wait) {
      TimeUnit.NANOSECONDS.sleep(wait.nextCheckIn().toNanos());
      outcome = client.participate();
    }
    return outcome;
  }

  enum Death {
    BEFORE_THE_UPLOAD,
    AFTER_THE_UPLOAD
  }

  /**
   * The request was lost, or only its answer was: the restarted device finds out, and is counted
   * exactly once.
   */
  @ParameterizedTest
  @EnumSource
  void deviceThatDiesAtItsUpload_isCountedOnce_afterItsRestart(Death death) throws Exception {
    createTask(1);
    var others = new ArrayList<java.util.concurrent.Future<ParticipationOutcome>>();
    for (int number = 1; number < DEVICES; number++) {
      FederatedClient client = device(number).build();
      others.add(
          threads.submit(
              () -> {
                try (client) {
                  return untilInRound(client);
                }
              }));
    }
    var dying = new DyingTransport(HttpTransport.to(coordinator.uri()), death);
    FederatedClient first = device(0).transport(dying).build();
    assertThatThrownBy(() -> untilInRound(first)).isInstanceOf(Killed.class);
    assertThat(first.state().name()).isEqualTo("uploading");
    RoundId round = first.state().currentRound().orElseThrow();
    first.close();
    dying.close();

    try (FederatedClient restarted = device(0).build()) {
      assertThat(restarted.participate())
          .isInstanceOfSatisfying(
              TookPart.class, outcome -> assertThat(outcome.round()).isEqualTo(round));
      assertThat(restarted.result(round, Duration.ofSeconds(20)).state())
          .isEqualTo(RoundOutcome.PUBLISHED);
    }
    for (var other : others) {
      assertThat(other.get()).isInstanceOf(TookPart.class);
    }
    RoundProgress progress = ended.take();
    assertThat(progress.countedCount()).isEqualTo(DEVICES);
    assertThat(progress.result()).isPresent();
  }

  private static final class Killed extends Error {
    private static final long serialVersionUID = 1;
  }

  /** Ends its process, as far as the client can tell, at the first upload. */
  private static final class DyingTransport implements Transport {
    private final Transport real;
    private final Death death;
    private final AtomicBoolean dead = new AtomicBoolean();

    DyingTransport(Transport real, Death death) {
      this.real = real;
      this.death = death;
    }

    @Override
    public void exchange(TransportRequest request, ResponseReceiver receiver)
        throws IOException, InterruptedException {
      boolean last = request.method().equals("PUT");
      if (!last || death == Death.AFTER_THE_UPLOAD) {
        real.exchange(request, receiver);
      }
      if (last && dead.compareAndSet(false, true)) {
        throw new Killed();
      }
    }

    @Override
    public void close() {
      real.close();
    }
  }

  @Test
  void deviceThatRefusesTheTerms_isMissedAtOnce_notAtTheDeadline() throws Exception {
    createTask(1);
    List<Callable<ParticipationOutcome>> calls = new ArrayList<>();
    for (int number = 0; number < DEVICES; number++) {
      FederatedClientBuilder builder = device(number);
      if (number == 0) {
        builder.privacyPolicy(PrivacyLimits.defaults().withMinimumCohort(100));
      }
      calls.add(
          () -> {
            try (FederatedClient client = builder.build()) {
              return untilInRound(client);
            }
          });
    }
    var outcomes = threads.invokeAll(calls.subList(0, DEVICES));
    assertThat(outcomes.get(0).get()).isInstanceOf(DroppedOut.class);
    RoundProgress progress = ended.take();
    assertThat(progress.result()).isEmpty();
    assertThat(progress.reason()).contains("too-few-uploads");
  }

  @Test
  void usedUpOrWrongToken_isRefusedForGood() {
    try (FederatedClient client = device(0).enrolmentToken("A".repeat(43)).build()) {
      assertThat(client.participate())
          .isInstanceOfSatisfying(
              Unavailable.class,
              outcome -> {
                assertThat(outcome.permanent()).isTrue();
                assertThat(outcome.code()).isEqualTo("bad-token");
              });
    }
  }
}
