package dev.tributary.simulations.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.aggregation.protocol.PopulationName;
import dev.tributary.aggregation.runtime.Examples;
import dev.tributary.client.FederatedClient;
import dev.tributary.client.ParticipationListener;
import dev.tributary.client.ParticipationOutcome;
import dev.tributary.client.policy.PrivacyLimits;
import dev.tributary.client.session.DeviceClock;
import dev.tributary.coordinator.ops.Coordinator;
import dev.tributary.coordinator.ops.CoordinatorConfig;
import dev.tributary.coordinator.publish.ModelEvaluator;
import dev.tributary.coordinator.schedule.RoundProgress;
import dev.tributary.coordinator.schedule.TaskConfig;
import dev.tributary.security.secret.InsecureSecretAccess;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Devices whose clocks are wrong, in rounds where certificates have their time. */
@Timeout(180)
class SkewedClockTest {

  private static final PopulationName POPULATION = new PopulationName("testers");

  private final BlockingQueue<RoundProgress> ended = new LinkedBlockingQueue<>();
  private final BlockingQueue<ParticipationOutcome> told = new LinkedBlockingQueue<>();
  private final List<FederatedClient> clients = new ArrayList<>();
  @TempDir private Path folder;
  private Coordinator coordinator;
  private String token;

  @BeforeEach
  void start() throws Exception {
    coordinator =
        await(
            Coordinator.start(
                CoordinatorConfig.in(folder.resolve("coordinator"), "shutdown.graceSeconds=0"),
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
    await(
        coordinator
            .operators()
            .createTask(
                TaskConfig.parse(
                    """
                    name: shapes
                    population: testers
                    model: {format: tributary-model/1, input: [2], layers: [{type: linear, units: 2}],
                            loss: softmax-cross-entropy, classes: 2}
                    cohort: {target: 3, overSelection: 1, minimum: 3}
                    pace: {floorSeconds: 0.01, ceilingSeconds: 0.1, slotSeconds: 0.05}
                    until: {rounds: 1}
                    """)));
  }

  @AfterEach
  void stop() throws Exception {
    clients.forEach(FederatedClient::close);
    await(coordinator.close());
  }

  @Test
  void clocksADayOff_takePart() throws Exception {
    start(0, Duration.ofDays(1));
    start(1, Duration.ofDays(-1));
    start(2, Duration.ZERO);
    RoundProgress progress = ended.poll(90, TimeUnit.SECONDS);
    assertThat(progress).as("%s", told).isNotNull();
    assertThat(progress.countedCount()).as("%s", told).isEqualTo(3);
    assertThat(progress.result()).isPresent();
  }

  @Test
  void clockAMonthBehind_leavesTheRound_sayingWhy() throws Exception {
    start(0, Duration.ofDays(-30));
    start(1, Duration.ZERO);
    start(2, Duration.ZERO);
    RoundProgress progress = ended.poll(90, TimeUnit.SECONDS);
    assertThat(progress).as("%s", told).isNotNull();
    assertThat(progress.result()).isEmpty();
    ParticipationOutcome outcome = told.poll(60, TimeUnit.SECONDS);
    while (!String.valueOf(outcome).contains("the certificate of this device does not hold now")) {
      assertThat(outcome).as("an outcome that says why").isNotNull();
      outcome = told.poll(60, TimeUnit.SECONDS);
    }
  }

  private void start(int number, Duration skew) {
    FederatedClient client =
        FederatedClient.builder()
            .coordinator(coordinator.uri())
            .population(POPULATION.toString())
            .enrolmentToken(token)
            .stateDirectory(folder.resolve("device-" + number))
            .examples(() -> Examples.of(new float[] {1, 0, 0, 1}, 2, new int[] {0, 1}))
            .privacyPolicy(PrivacyLimits.defaults().withMinimumCohort(3))
            .shortestWait(Duration.ofMillis(10))
            .clock(new SkewedClock(DeviceClock.system(), skew))
            .listener(
                new ParticipationListener() {
                  @Override
                  public void finished(ParticipationOutcome outcome) {
                    told.add(outcome);
                  }
                })
            .build();
    clients.add(client);
    client.start();
  }

  /** The machine's clock, so far off. */
  private record SkewedClock(DeviceClock machine, Duration skew) implements DeviceClock {
    @Override
    public Instant now() {
      return machine.now().plus(skew);
    }

    @Override
    public long monotonicNanos() {
      return machine.monotonicNanos();
    }

    @Override
    public void pause(Duration duration) throws InterruptedException {
      machine.pause(duration);
    }
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
  }
}
