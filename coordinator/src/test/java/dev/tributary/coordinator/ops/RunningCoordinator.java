package dev.tributary.coordinator.ops;

import dev.tributary.aggregation.protocol.PopulationName;
import dev.tributary.aggregation.quantize.QuantizationParameters;
import dev.tributary.security.secret.InsecureSecretAccess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A coordinator on a free loopback port in front of a {@link FixtureDesks}, with what a test asks
 * it.
 */
final class RunningCoordinator implements AutoCloseable, TestDevice.Reachable {

  static final PopulationName POPULATION = new PopulationName("keyboards");

  /** 40 parameters of 16 bits for 10 devices: 41 residues of 20 bits, 103 bytes. */
  static final QuantizationParameters SMALL =
      QuantizationParameters.forTraining(40, 16, Float.POSITIVE_INFINITY, 1, 100, 10);

  final Coordinator coordinator;
  final FixtureDesks desks;
  final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  final Path folder;

  private RunningCoordinator(Path folder, Coordinator coordinator, FixtureDesks desks) {
    this.folder = folder;
    this.coordinator = coordinator;
    this.desks = desks;
  }

  static RunningCoordinator start(Path folder, String... settings) {
    return start(folder, SMALL, settings);
  }

  static RunningCoordinator start(
      Path folder, QuantizationParameters parameters, String... settings) {
    List<String> all =
        new ArrayList<>(
            List.of("logs.file=false", "shutdown.graceSeconds=0", "listen.eventLoops=2"));
    all.addAll(List.of(settings));
    CoordinatorConfig config = CoordinatorConfig.in(folder, all.toArray(String[]::new));
    AtomicReference<@Nullable FixtureDesks> desks = new AtomicReference<>();
    Coordinator coordinator =
        Coordinator.startWith(
                config,
                (database, state, authority, meters) -> {
                  FixtureDesks opened = new FixtureDesks(database, folder, parameters);
                  desks.set(opened);
                  return opened;
                })
            .await();
    FixtureDesks opened = Objects.requireNonNull(desks.get());
    opened.createPopulation(POPULATION).await();
    return new RunningCoordinator(folder, coordinator, opened);
  }

  @Override
  public URI uri(String path) {
    return coordinator.uri().resolve(path);
  }

  int port() {
    return coordinator.uri().getPort();
  }

  String adminToken() throws IOException {
    return Files.readString(coordinator.adminTokenFile()).strip();
  }

  String enrolmentToken() {
    return coordinator
        .createEnrolmentToken(POPULATION, 1000, Duration.ofHours(1))
        .await()
        .token()
        .text(InsecureSecretAccess.get());
  }

  /** A device that is enrolled and has a session. */
  TestDevice device() throws IOException, InterruptedException {
    TestDevice device = new TestDevice(this);
    device.enrol(enrolmentToken());
    device.openSession();
    return device;
  }

  @Override
  public HttpResponse<byte[]> send(HttpRequest request) throws IOException, InterruptedException {
    return http.send(request, BodyHandlers.ofByteArray());
  }

  HttpResponse<byte[]> asAdmin(String method, String path, String json)
      throws IOException, InterruptedException {
    return send(
        HttpRequest.newBuilder(uri(path))
            .header("Authorization", "Bearer " + adminToken())
            .header("Content-Type", "application/json")
            .method(method, HttpRequest.BodyPublishers.ofString(json))
            .build());
  }

  @Override
  public void close() {
    http.close();
    coordinator.close().await();
  }
}
