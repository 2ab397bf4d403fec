package dev.tributary.coordinator.secagg;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.aggregation.model.Safetensors;
import dev.tributary.aggregation.protocol.PopulationName;
import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.aggregation.protocol.TaskName;
import dev.tributary.aggregation.protocol.round.RoundOutcome;
import dev.tributary.coordinator.ops.Coordinator;
import dev.tributary.coordinator.ops.CoordinatorConfig;
import dev.tributary.coordinator.publish.ModelEvaluator;
import dev.tributary.coordinator.registry.ModelVersion;
import dev.tributary.coordinator.schedule.RoundProgress;
import dev.tributary.coordinator.schedule.TaskConfig;
import dev.tributary.security.secret.InsecureSecretAccess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.assertj.core.data.Offset;

/** A real coordinator with one task, and devices that go through its rounds step by step. */
final class SecureRounds implements AutoCloseable {

  static final PopulationName POPULATION = new PopulationName("pens");
  static final TaskName TASK = new TaskName("digits");

  final List<SecureDevice> devices = new ArrayList<>();
  Path folder;
  private Coordinator coordinator;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  SecureRounds(Path folder) {
    this.folder = folder;
    this.coordinator = start(folder);
    coordinator.operators().createPopulation(POPULATION).await();
  }

  private static Coordinator start(Path folder) {
    return Coordinator.start(
            CoordinatorConfig.in(
                folder,
                "logs.file=false",
                "shutdown.graceSeconds=0",
                "listen.port=0",
                "listen.eventLoops=2"),
            ModelEvaluator.none())
        .await();
  }

  /**
   * What is on disk now is what a killed process leaves; another one starts on a copy of it.
   *
   * @param copy a folder that is not there yet
   */
  void crash(Path copy) throws Exception {
    copy(folder, copy);
    close(coordinator);
    folder = copy;
    coordinator = start(copy);
    for (var device : devices) {
      device.moveTo(coordinator.uri());
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (var paths = Files.walk(from)) {
      for (Path path : (Iterable<Path>) paths::iterator) {
        copyOne(path, to.resolve(from.relativize(path).toString()));
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /** Without confirmation unless the settings say otherwise. */
  private static String confirmed(String secureAggregation) {
    return secureAggregation.contains("confirmation:")
        ? secureAggregation
        : secureAggregation + ", confirmation: false";
  }

  /** A task for so many devices, all of which are invited, and the devices. */
  void start(int count, int minimum, String secureAggregation) throws Exception {
    coordinator
        .operators()
        .createTask(
            TaskConfig.parse(
                """
                name: %s
                population: %s
                model: {format: tributary-model/1, input: [2], layers: [{type: linear, units: 2}],
                        loss: softmax-cross-entropy, classes: 2}
                cohort: {target: %d, overSelection: 1, minimum: %d}
                pace: {floorSeconds: 0, slotSeconds: 0.01}
                secureAggregation: {%s}
                """
                    .formatted(TASK, POPULATION, count, minimum, confirmed(secureAggregation))))
        .await();
    String token =
        coordinator
            .createEnrolmentToken(POPULATION, 1000, Duration.ofHours(1))
            .await()
            .token()
            .text(InsecureSecretAccess.get());
    for (int i = 0; i < count; i++) {
      devices.add(new SecureDevice(coordinator.uri(), http, token));
    }
  }

  /** The task gives its place to one that measures its model with the same devices. */
  void evaluateInstead(int count, String secureAggregation) {
    coordinator.operators().pause(TASK).await();
    coordinator
        .operators()
        .createTask(
            TaskConfig.parse(
                """
                name: check
                population: %s
                kind: evaluation
                evaluates: %s
                cohort: {target: %d, overSelection: 1, minimum: %d}
                pace: {floorSeconds: 0, slotSeconds: 0.01}
                secureAggregation: {%s}
                """
                    .formatted(POPULATION, TASK, count, count, confirmed(secureAggregation))))
        .await();
  }

  /** How many answers of step R4 ended so, by the metrics. */
  long reveals(String outcome) throws Exception {
    String metrics =
        http.send(
                HttpRequest.newBuilder(coordinator.uri().resolve("/metrics")).build(),
                BodyHandlers.ofString())
            .body();
    return metrics
        .lines()
        .filter(line -> line.startsWith("tributary_secagg_messages_total"))
        .filter(line -> line.contains("step=\"unmasking\""))
        .filter(line -> line.contains("outcome=\"" + outcome + "\""))
        .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  /** All devices are in a round and have its manifest. */
  RoundId begin() throws Exception {
    RoundId round = devices.getFirst().checkIn();
    for (var device : devices.subList(1, devices.size())) {
      assertThat(device.checkIn()).isEqualTo(round);
    }
    for (var device : devices) {
      device.begin(round);
    }
    return round;
  }

  interface Step {
    void of(SecureDevice device) throws Exception;
  }

  void each(Step step) throws Exception {
    each(devices, step);
  }

  static void each(List<SecureDevice> some, Step step) throws Exception {
    for (var device : some) {
      step.of(device);
    }
  }

  static void advertise(List<SecureDevice> some) throws Exception {
    each(some, device -> SecureDevice.expect(device.advertise(), 204));
  }

  static void share(List<SecureDevice> some) throws Exception {
    each(
        some,
        device -> {
          device.deal();
          SecureDevice.expect(device.share(), 204);
        });
  }

  /** Each device sends an update of as many steps as its place in the list, times a hundred. */
  void send(List<SecureDevice> some) throws Exception {
    each(some, SecureDevice::agree);
    each(
        some,
        device -> {
          device.mask(steps(device));
          SecureDevice.expect(device.upload(device.signed()), 200);
        });
  }

  int steps(SecureDevice device) {
    return 100 * (devices.indexOf(device) + 1);
  }

  static void unmask(List<SecureDevice> some) throws Exception {
    each(some, SecureDevice::reveal);
    each(some, device -> SecureDevice.expect(device.answer(), 204));
  }

  /** That the model moved by the mean of exactly these devices' updates. */
  void expectMean(List<SecureDevice> survivors) throws Exception {
    assertThat(survivors.getFirst().result().state()).isEqualTo(RoundOutcome.PUBLISHED);
    List<ModelVersion> versions = coordinator.operators().models(Optional.of(TASK)).await();
    assertThat(versions.getFirst().devices()).isEqualTo(survivors.size());
    float[] after = weights(versions.getFirst());
    float[] before = weights(versions.get(1));
    double mean = survivors.stream().mapToInt(this::steps).average().orElseThrow();
    for (int i = 0; i < after.length; i++) {
      assertThat(after[i] - before[i])
          .isCloseTo((float) (mean / ((1 << 15) - 1)), Offset.offset(1e-6f));
    }
  }

  private float[] weights(ModelVersion version) throws Exception {
    return Safetensors.read(
            folder.resolve("models").resolve(version.digest().hex() + ".safetensors"))
        .values();
  }

  RoundProgress progress(RoundId round) {
    return coordinator.operators().round(round).await();
  }

  List<ModelVersion> versions() {
    return coordinator.operators().models(Optional.of(TASK)).await();
  }

  static void refused(HttpResponse<byte[]> answer, RejectReason reason) {
    assertThat(new String(answer.body(), StandardCharsets.UTF_8))
        .contains("\"code\":\"" + reason.code() + "\"");
    assertThat(answer.statusCode()).isEqualTo(reason.httpStatus());
  }

  private static void copyOne(Path from, Path to) throws IOException {
    try {
      Files.copy(from, to, StandardCopyOption.COPY_ATTRIBUTES);
    } catch (NoSuchFileException removed) { // what an ended round leaves is removed behind it
      Files.deleteIfExists(to);
    }
  }

  private static void close(Coordinator running) {
    running.close().await();
  }

  @Override
  public void close() {
    http.close();
    close(coordinator);
  }
}
