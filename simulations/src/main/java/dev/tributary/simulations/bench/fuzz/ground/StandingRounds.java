package dev.tributary.simulations.bench.fuzz.ground;

import dev.tributary.aggregation.runtime.Examples;
import dev.tributary.client.DeviceRandomness;
import dev.tributary.client.FederatedClient;
import dev.tributary.client.policy.PrivacyPolicy;
import dev.tributary.client.transport.HttpTransport;
import dev.tributary.client.transport.Transport;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Rounds that stand still: devices with the real SDK go through one round each and stop before one
 * of its steps, so that the coordinator has a round open at every step, with devices that it knows
 * inside. Their requests are the valid ones that the fuzzer starts from.
 */
public final class StandingRounds {

  private static final int DEVICES = 4;
  private static final long PATIENCE_SECONDS = 180;

  /** Rounds by the step that their devices stop before. */
  private static final List<String> STEPS =
      List.of("POST keys", "POST shares", "PUT upload", "POST survivors", "POST unmasking");

  private StandingRounds() {}

  /** The name of a population that is there, with a round of {@code task-0.1} in it. */
  static String population(int number) {
    return "standing-" + number;
  }

  /**
   * Sets the rounds up; takes some seconds.
   *
   * @param directory for the devices' state
   * @return all requests of all devices, also those they were kept from sending
   */
  static List<RecordedRequest> begin(AdminCalls admin, Path directory, long seed)
      throws IOException, InterruptedException {
    Queue<RecordedRequest> recorded = new ConcurrentLinkedQueue<>();
    List<HeldTransport> held = new ArrayList<>();
    List<FederatedClient> devices = new ArrayList<>();
    CountDownLatch reached = new CountDownLatch((STEPS.size() + 1) * DEVICES);
    try (Transport http = HttpTransport.to(admin.coordinator())) {
      for (int number = 0; number <= STEPS.size(); number++) {
        boolean plain = number == STEPS.size();
        String step = plain ? "PUT upload" : STEPS.get(number);
        String token = admin.population(population(number), task(number, plain), DEVICES);
        for (int i = 0; i < DEVICES; i++) {
          String name = population(number) + "-" + i;
          var transport = new HeldTransport(http, name, step, recorded, reached);
          held.add(transport);
          devices.add(device(admin, transport, number, token, directory.resolve(name), seed + i));
        }
      }
      devices.forEach(FederatedClient::start);
      boolean all = reached.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
      held.forEach(HeldTransport::withhold);
      devices.forEach(FederatedClient::close); // what they say at last is noted and not sent
      if (!all) {
        throw new IOException(
            reached.getCount() + " devices did not get to where the fuzzer wants them");
      }
    }
    return List.copyOf(recorded);
  }

  private static FederatedClient device(
      AdminCalls admin, Transport transport, int number, String token, Path state, long seed) {
    return FederatedClient.builder()
        .coordinator(admin.coordinator())
        .population(population(number))
        .enrolmentToken(token)
        .stateDirectory(state)
        .examples(() -> Examples.of(new float[] {1, 0, 0, 1}, 2, new int[] {0, 1}))
        .randomness(DeviceRandomness.insecureSeeded(seed))
        .privacyPolicy(PrivacyPolicy.unchecked())
        .allowInsecurePlain()
        .shortestWait(Duration.ofMillis(10))
        .transport(transport)
        .build();
  }

  /** A small model, and deadlines that a fuzzer does not see the end of. */
  private static String task(int number, boolean plain) {
    return String.format(
        Locale.ROOT,
        """
        {"name":"task-%d","population":"%s",
         "model":{"format":"tributary-model/1","input":[2],"layers":[{"type":"linear","units":2}],
                  "loss":"softmax-cross-entropy","classes":2},
         "seed":7,"quantization":{"bits":16,"clipNorm":10,"range":2,"maxExamples":100},
         "training":{"epochs":1,"batchSize":10,"learningRate":0.2,"momentum":0.5},
         %s
         "cohort":{"target":%d,"overSelection":1.0,"minimum":%d},
         "deadlines":{"selectionSeconds":86400,"reportingSeconds":86400},
         "pace":{"floorSeconds":0,"ceilingSeconds":1,"slotSeconds":0.1}}
        """,
        number,
        population(number),
        plain
            ? "\"protocol\":\"plain\","
            : "\"protocol\":\"secagg\",\"secureAggregation\":{\"stepSeconds\":86400},",
        DEVICES,
        DEVICES);
  }

  /** A task that nobody takes part in: what operators may do with one is done with this. */
  static String idleTask() {
    return task(STEPS.size() + 1, true);
  }

  static String idlePopulation() {
    return population(STEPS.size() + 1);
  }
}
