package dev.tributary.simulations.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.aggregation.protocol.PopulationName;
import dev.tributary.aggregation.protocol.TaskName;
import dev.tributary.aggregation.runtime.Examples;
import dev.tributary.client.DeviceRandomness;
import dev.tributary.client.FederatedClient;
import dev.tributary.client.FederatedClientBuilder;
import dev.tributary.client.ParticipationListener;
import dev.tributary.client.ParticipationOutcome;
import dev.tributary.client.policy.PrivacyLimits;
import dev.tributary.coordinator.ops.Coordinator;
import dev.tributary.coordinator.ops.CoordinatorConfig;
import dev.tributary.coordinator.publish.ModelEvaluator;
import dev.tributary.coordinator.registry.ModelVersion;
import dev.tributary.coordinator.schedule.RoundProgress;
import dev.tributary.coordinator.schedule.TaskConfig;
import dev.tributary.security.secret.InsecureSecretAccess;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Devices of the SDK and a real coordinator, over HTTP, in rounds with secure aggregation. */
@Timeout(180)
class SecureDevicesTest {

  private static final PopulationName POPULATION = new PopulationName("testers");
  private static final TaskName TASK = new TaskName("shapes");
  private static final int DEVICES = 5;
  private static final int ROUNDS = 2;

  @TempDir Path folder;

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
  }

  private static TaskConfig task(String protocol) {
    return TaskConfig.parse(
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
        training: {epochs: 2, batchSize: 10, learningRate: 0.2, momentum: 0.5}
        %s
        cohort: {target: 5, overSelection: 1.0, minimum: 5}
        deadlines: {selectionSeconds: 60, reportingSeconds: 60}
        until: {rounds: %d}
        pace: {floorSeconds: 0.01, ceilingSeconds: 0.1, slotSeconds: 0.05}
        """
            .formatted(protocol, ROUNDS));
  }

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

  /** Digests of all models, oldest first, of a coordinator and devices that are new each time. */
  private List<String> train(String name, String protocol, boolean plain) throws Exception {
    Path state = folder.resolve(name);
    BlockingQueue<RoundProgress> ended = new LinkedBlockingQueue<>();
    Coordinator coordinator =
        await(
            Coordinator.start(
                CoordinatorConfig.in(state.resolve("coordinator"), "listen.port=0"),
                ModelEvaluator.none()));
    List<FederatedClient> clients = new ArrayList<>();
    try {
      coordinator
          .operators()
          .watch(
              progress -> {
                if (progress.ended()) {
                  ended.add(progress);
                }
              });
      await(coordinator.operators().createPopulation(POPULATION));
      String token =
          await(coordinator.createEnrolmentToken(POPULATION, 100, Duration.ofHours(1)))
              .token()
              .text(InsecureSecretAccess.get());
      await(coordinator.operators().createTask(task(protocol)));
      List<String> told = new CopyOnWriteArrayList<>();
      for (int number = 0; number < DEVICES; number++) {
        int device = number;
        FederatedClientBuilder builder =
            FederatedClient.builder()
                .coordinator(coordinator.uri())
                .population("testers")
                .enrolmentToken(token)
                .stateDirectory(state.resolve("device-" + device))
                .examples(() -> examples(device))
                .randomness(DeviceRandomness.insecureSeeded(device))
                .privacyPolicy(PrivacyLimits.defaults().withMinimumCohort(plain ? 5 : 3))
                .shortestWait(Duration.ofMillis(10))
                .listener(
                    new ParticipationListener() {
                      @Override
                      public void finished(ParticipationOutcome outcome) {
                        told.add("device " + device + ": " + outcome);
                      }
                    });
        clients.add((plain ? builder.allowInsecurePlain() : builder).build());
      }
      clients.forEach(FederatedClient::start);
      for (int round = 0; round < ROUNDS; round++) {
        RoundProgress progress = ended.poll(90, TimeUnit.SECONDS);
        assertThat(progress).as("%s", told).isNotNull();
        assertThat(progress.result()).as("%s %s", progress, told).isPresent();
        assertThat(progress.countedCount()).isEqualTo(DEVICES);
      }
      return await(coordinator.operators().models(Optional.of(TASK))).stream()
          .map(ModelVersion::digest)
          .map(String::valueOf)
          .toList();
    } finally {
      clients.forEach(FederatedClient::close);
      await(coordinator.close());
    }
  }

  /** The masks cancel to the last bit, whatever they were. */
  @Test
  void secureRounds_trainTheVeryModelsOfPlainOnes() throws Exception {
    List<String> plain = train("plain", "protocol: plain", true);
    List<String> classic = train("classic", "protocol: secagg", false);
    List<String> hybrid =
        train("hybrid", "protocol: secagg\nsecureAggregation: {suite: hybrid}", false);

    assertThat(plain).hasSize(ROUNDS + 1);
    assertThat(classic).isEqualTo(plain);
    assertThat(hybrid).isEqualTo(plain);
  }
}
